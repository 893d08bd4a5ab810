/**
 * Parameters for fast-check with a new seed each time, printed so that a failure can be repeated:
 * `SIGNERING_TEST_SEED=… npx mocha …` takes the same one again.
 */
export function seeded<Parameters extends object>(
  parameters: Parameters,
): Parameters & { readonly seed: number } {
  const given = process.env['SIGNERING_TEST_SEED'];
  const seed = given === undefined ? Math.floor(Math.random() * 2 ** 31) : Number(given);
  console.log(`      seed ${seed}`);
  return { ...parameters, seed };
}
