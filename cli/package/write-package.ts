import { createHash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { buffer } from 'node:stream/consumers';
import type { SentDocument } from '@signering/client';
import { packageEntryNamesOf } from '@signering/activities';
import { sealDocumentPackage } from '@signering/document-package';
import { errorCodeOf, InvalidInputError } from '@signering/schema';
import { validateMessage } from '@signering/schema/xml';
import { loadPackageSettings } from '@signering/settings';
import { loadEnterpriseCertificate } from '@signering/signatures';
import type { RequestedJob } from '../request/index.js';
import { commandSettings } from '../settings.js';
import { preparePackagedJob } from './packaged-job.js';
import { printRemark } from '../terminal/print.js';

/** The argument of {@link writePackage}. */
export interface WritePackageOptions {
  readonly request: RequestedJob;
  readonly out: string;
  /** The sender's organisation number. @default the one in the settings */
  readonly sender?: string;
}

/** A document package on disk. */
export interface WrittenPackage {
  readonly file: string;
  /** In bytes. */
  readonly size: number;
  readonly sha256: string;
  readonly documents: readonly SentDocument[];
}

/**
 * Writes the document package of a request, as the worker would send it.
 * @throws INVALID_REQUEST, DOCUMENT_NOT_ACCEPTED, INVALID_SETTINGS, CERTIFICATE_UNUSABLE
 */
export async function writePackage({ request, out, sender }: WritePackageOptions): Promise<WrittenPackage> {
  const settings = loadPackageSettings(
    commandSettings({
      cwd: process.cwd(),
      env: process.env,
      onRemark: printRemark,
    }),
  );
  const { identityNumberCheck, sector } = settings;
  const { documents, manifestFor } = await preparePackagedJob(request.job, {
    identityNumberCheck,
    // The sector in the settings belongs to the configured organisation only.
    ...(sector !== undefined && sender === undefined && { sector }),
  }).catch((error: unknown) => {
    throw request.translateError(error);
  });
  const certificate = await loadEnterpriseCertificate(settings.certificate);
  const stored = documents.map(({ content, pdf: _, ...document }) => ({
    ...document,
    size: content.length,
    sha256: createHash('sha256').update(content).digest('hex'),
  }));
  const names = packageEntryNamesOf(stored);
  const manifest = manifestFor(sender ?? settings.organizationNumber, stored);
  validateMessage(manifest);
  const container = await sealDocumentPackage({
    manifest,
    documents: documents.map(({ content, mediaType, name }, index) => ({
      content,
      mediaType,
      name: names[index] ?? name,
    })),
    certificate,
  });
  const bytes = await buffer(container);
  // Never overwrites an existing file, which may be the document itself.
  await writeFile(out, bytes, { mode: 0o600, flag: 'wx' }).catch((error: unknown) => {
    const code = errorCodeOf(error) ?? 'unknown reason';
    const message =
      code === 'EEXIST'
        ? 'the file exists and is not overwritten: choose another name, or remove it first'
        : `the file cannot be written (${code}): check its folder and permissions`;
    throw new InvalidInputError('INVALID_REQUEST', 'The package cannot be written', [
      { path: `--out ${out}`, message },
    ]);
  });
  return {
    file: out,
    size: bytes.length,
    sha256: createHash('sha256').update(bytes).digest('hex'),
    documents: documents.map(({ name, pdf }) => (pdf === undefined ? { name } : { name, pdf })),
  };
}
