import { createHash } from 'node:crypto';
import { Context } from '@temporalio/activity';
import type { ArchivedDocument, DocumentCheck } from '../contract/index.js';
import type { PadesUrl, XadesUrl } from '../schema/index.js';
import { checkPades, checkXades } from '../signatures/index.js';
import type { CallOptions, Download } from '../signing-api/index.js';
import { StoredContentDamagedError, type ArchivedJob } from '../storage/index.js';
import type { ActivityDependencies } from './dependencies.js';
import { SignedDocumentBrokenError } from './signed-document-broken-error.js';

export interface ArchivePadesInput {
  readonly job: ArchivedJob;
  readonly padesUrl: PadesUrl;
}

export interface ArchiveXadesInput {
  readonly job: ArchivedJob;
  /** The signer's number, from 1, beyond the last asked for one whom nobody recognises: names the file. */
  readonly signer: number;
  readonly xadesUrl: XadesUrl;
}

type Dependencies = Pick<ActivityDependencies, 'portal' | 'archive'>;

/** One file that comes back from the service. */
interface Incoming {
  readonly job: ArchivedJob;
  /** Its name in the archive. */
  readonly name: string;
  readonly download: (options: CallOptions) => Promise<Download>;
  readonly check: (content: Uint8Array) => Promise<DocumentCheck>;
}

export const createArchiveActivities = ({ portal, archive }: Dependencies) => {
  async function keep({ job, name, download, check }: Incoming): Promise<ArchivedDocument> {
    // What is there stays: the service may seal a document anew each time it hands it out.
    const there = await archive.find(job, name);
    if (there !== undefined) {
      const found = await check(there);
      // What is broken never gets a name here, so the disk has damaged it since: the service still has the good one.
      if (found.result === 'BROKEN') {
        throw new StoredContentDamagedError(
          `${name} in ${archive.folderOf(job)}`,
          `is broken now (${found.reason ?? 'no reason is known'}); once it is moved away it is fetched anew`,
        );
      }
      return { name, sha256: digestOf(there), size: there.byteLength, check: found };
    }
    const { content } = await download({ signal: Context.current().cancellationSignal });
    const { file, verified } = await archive.put({
      job,
      name,
      content,
      verify: async (readBack) => {
        const found = await check(readBack);
        if (found.result === 'BROKEN') {
          throw new SignedDocumentBrokenError({ name, job, reason: found.reason ?? 'no reason is known' });
        }
        return found;
      },
    });
    return { ...file, check: verified };
  }

  return {
    /**
     * Archives the PAdES. Safe to repeat.
     * @throws SIGNED_DOCUMENT_BROKEN, ARCHIVE_CONFLICT, STORED_CONTENT_DAMAGED, INCOMPLETE_DOWNLOAD
     */
    archivePades: ({ job, padesUrl }: ArchivePadesInput): Promise<ArchivedDocument> =>
      keep({
        job,
        name: 'signed.pdf',
        download: (options) => portal.downloadPades(padesUrl, options),
        check: checkPades,
      }),

    /** Archives one signer's XAdES. Safe to repeat. @throws as `archivePades` */
    archiveXades: ({ job, signer, xadesUrl }: ArchiveXadesInput): Promise<ArchivedDocument> =>
      keep({
        job,
        name: `xades-${signer}.xml`,
        download: (options) => portal.downloadXades(xadesUrl, options),
        check: checkXades,
      }),
  };
};

function digestOf(content: Uint8Array): string {
  return createHash('sha256').update(content).digest('hex');
}
