import { readFileSync } from 'node:fs';
import { readCertificates } from '@signering/signatures';
import { ENVIRONMENTS, type EnvironmentName } from '../environments.js';

const FOLDER = new URL('../../trust/anchors/', import.meta.url);

/**
 * The authorities of Buypass and Commfides in one of which an environment's server certificate ends, as PEM.
 *
 * @param apiUrl `production` or `difitest`
 * @returns undefined for any other API: only its operator knows which authorities it uses
 *
 * Spec: docs/trust-anchors.md
 */
export function shippedTrustedCertificates(apiUrl: string): readonly string[] | undefined {
  if (!isEnvironment(apiUrl)) return undefined;
  return readCertificates(readFileSync(new URL(`${apiUrl}.pem`, FOLDER))).map(String);
}

function isEnvironment(apiUrl: string): apiUrl is EnvironmentName {
  return Object.hasOwn(ENVIRONMENTS, apiUrl);
}
