import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { errorCodeOf, InvalidInputError, type Problem } from '@signering/schema';
import { nameFileFormat, readCertificates } from '@signering/signatures';

/** The collections of all browsers' authorities have a quarter of this. */
const MAX_BYTES = 1024 ** 2;

/**
 * Reads the CA certificates that the service's certificate must end in, from a PEM or DER file or a folder of such
 * files. Hidden files and folders within it are left out.
 *
 * @returns each certificate once, as PEM
 * @throws INVALID_SETTINGS naming every file that cannot be used
 */
export async function readTrustedCertificates(path: string): Promise<readonly string[]> {
  const files = await filesAt(path);
  const problems: Problem[] = [];
  const certificates = new Set<string>();
  for (const file of files) {
    const outcome = await readFileOf(file);
    if (typeof outcome === 'string') problems.push(problem(`${file} ${outcome}`));
    else for (const certificate of outcome) certificates.add(certificate);
  }
  if (files.length === 0) problems.push(problem(`the folder ${path} holds no certificate`));
  if (problems.length > 0) throw unusable(problems);
  return [...certificates];
}

async function filesAt(path: string): Promise<readonly string[]> {
  try {
    if (!(await stat(path)).isDirectory()) return [path];
    const names = (await readdir(path)).filter((name) => !name.startsWith('.')).sort();
    const paths = names.map((name) => join(path, name));
    const isFolder = await Promise.all(
      paths.map((file) =>
        stat(file)
          .then((found) => found.isDirectory())
          .catch(() => false),
      ),
    );
    return paths.filter((_file, index) => isFolder[index] !== true);
  } catch (cause) {
    const message = `cannot read ${path} (${reasonOf(cause)}): check that it is there, and its access rights`;
    throw unusable([problem(message)], cause);
  }
}

/** The certificates of one file as PEM, or why there are none: a predicate whose subject is the file. */
async function readFileOf(file: string): Promise<readonly string[] | string> {
  let content: Buffer;
  try {
    const found = await stat(file);
    if (!found.isFile()) return 'is no file: take it out of the folder';
    if (found.size > MAX_BYTES)
      return `has ${found.size} bytes, and at most ${MAX_BYTES} are read: give certificates only`;
    content = await readFile(file);
  } catch (error) {
    return `cannot be read (${reasonOf(error)}): check that it is there, and its access rights`;
  }
  try {
    const certificates = readCertificates(content);
    if (certificates.length > 0) return certificates.map(String);
  } catch {
    const format = nameFileFormat(content);
    if (format === undefined || format.startsWith('PEM'))
      return 'holds a damaged certificate: get the file again';
  }
  const format = nameFileFormat(content);
  const found = format === undefined ? '' : `, it is ${format}`;
  return `holds no certificate in PEM or DER form${found}: replace it, or take it out of the folder`;
}

function reasonOf(error: unknown): string {
  return errorCodeOf(error) ?? 'unknown reason';
}

function problem(message: string): Problem {
  return { path: 'SIGNERING_TRUSTED_CERTIFICATES', message };
}

function unusable(problems: readonly Problem[], cause?: unknown): InvalidInputError {
  return new InvalidInputError('INVALID_SETTINGS', 'The trusted certificates cannot be used', problems, {
    cause,
  });
}
