const begins: (() => void)[] = [];

/**
 * Long runs of campaigns mostly wait: those of all suites that mocha has loaded begin together, before the first test of
 * one of these suites. Call it in a suite.
 * @returns the run, for the suite's tests
 */
export function beginTogether<T>(begin: () => Promise<T>): () => Promise<T> {
  let run: Promise<T> | undefined;
  begins.push(() => {
    run ??= begin();
    // The tests await it.
    run.catch(() => undefined);
  });
  before(() => {
    for (const one of begins) one();
  });
  return () => run ?? Promise.reject(new Error('A run is awaited in a test, which begins after it.'));
}
