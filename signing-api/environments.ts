/**
 * The environments of Posten signering by name, with the roots of their APIs. Spec: getting started, environments.
 */
export const ENVIRONMENTS = {
  production: 'https://api.signering.posten.no/api',
  /** For tests with test certificates and made-up persons. */
  difitest: 'https://api.difitest.signering.posten.no/api',
} as const;

/** The name of an environment. */
export type EnvironmentName = keyof typeof ENVIRONMENTS;

/** The root of an environment's API; what is no name of one is a URL already. */
export function rootOf(apiUrl: string): string {
  return Object.entries(ENVIRONMENTS).find(([name]) => name === apiUrl)?.[1] ?? apiUrl;
}
