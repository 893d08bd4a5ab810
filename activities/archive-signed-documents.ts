import { Context } from '@temporalio/activity';
import type { ArchivedDocument, DocumentCheck } from '../contract/index.js';
import type { PadesUrl, XadesUrl } from '../schema/index.js';
import { checkPades, checkXades } from '../signatures/index.js';
import type { Download } from '../signing-api/index.js';
import type { ArchivedJob } from '../storage/index.js';
import type { ActivityDependencies } from './dependencies.js';
import { SignedDocumentBrokenError } from './signed-document-broken-error.js';

type Dependencies = Pick<ActivityDependencies, 'portal' | 'archive'>;

export const createArchiveActivities = ({ portal, archive }: Dependencies) => {
  async function keep(
    job: ArchivedJob,
    name: string,
    download: Download,
    check: (content: Uint8Array) => Promise<DocumentCheck>,
  ): Promise<ArchivedDocument> {
    const { file, verified } = await archive.put({
      job,
      name,
      content: download.content,
      verify: async (content) => {
        const found = await check(content);
        if (found.result === 'BROKEN') {
          throw new SignedDocumentBrokenError({ name, job, reason: found.reason ?? 'no reason is known' });
        }
        return found;
      },
    });
    return { ...file, check: verified };
  }

  return {
    /** Archives the PAdES. Safe to repeat. @throws SIGNED_DOCUMENT_BROKEN, ARCHIVE_CONFLICT, INCOMPLETE_DOWNLOAD */
    archivePades: async (input: {
      readonly job: ArchivedJob;
      readonly padesUrl: PadesUrl;
    }): Promise<ArchivedDocument> => {
      const signal = Context.current().cancellationSignal;
      return keep(
        input.job,
        'signed.pdf',
        await portal.downloadPades(input.padesUrl, { signal }),
        checkPades,
      );
    },

    /** Archives one signer's XAdES. Safe to repeat. @throws as `archivePades` */
    archiveXades: async (input: {
      readonly job: ArchivedJob;
      /** The signer's number, from 1: names the file. */
      readonly signer: number;
      readonly xadesUrl: XadesUrl;
    }): Promise<ArchivedDocument> => {
      const signal = Context.current().cancellationSignal;
      const download = await portal.downloadXades(input.xadesUrl, { signal });
      return keep(input.job, `xades-${input.signer}.xml`, download, checkXades);
    },
  };
};
