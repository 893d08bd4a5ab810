import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { InvalidInputError } from '../schema/index.js';

const CERTIFICATE = /-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/gu;
const PEM_FILE = /\.(?:pem|crt|cer)$/iu;

/**
 * Reads the CA certificates that the service's certificate must end in, from a PEM file or a folder of such files.
 * @throws INVALID_SETTINGS when there is none
 */
export async function readTrustedCertificates(path: string): Promise<readonly string[]> {
  let texts: readonly string[];
  try {
    const isFolder = (await stat(path)).isDirectory();
    const files = isFolder ? (await readdir(path)).filter((name) => PEM_FILE.test(name)) : [''];
    texts = await Promise.all(files.map((name) => readFile(join(path, name), 'utf8')));
  } catch (cause) {
    throw unusable(`cannot read ${path}; give a PEM file or a folder of PEM files`, cause);
  }
  const certificates = texts.flatMap((text) => text.match(CERTIFICATE) ?? []);
  if (certificates.length === 0) throw unusable(`${path} holds no certificate in PEM form`);
  return certificates;
}

function unusable(message: string, cause?: unknown): InvalidInputError {
  const problem = { path: 'SIGNERING_TRUSTED_CERTIFICATES', message };
  return new InvalidInputError('INVALID_SETTINGS', 'The trusted certificates cannot be used', [problem], {
    cause,
  });
}
