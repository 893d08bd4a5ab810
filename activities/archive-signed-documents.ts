import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { Context } from '@temporalio/activity';
import type { ArchivedDocument, DocumentCheck, OperatorAcceptance } from '@signering/contract';
import { SigningError, type EvidenceRuleId, type PadesUrl, type XadesUrl } from '@signering/schema';
import { examinePades, examineXades } from '@signering/signatures';
import type { Download, DownloadOptions } from '@signering/signing-api';
import { StoredContentDamagedError, type ArchivedFile, type ArchivedJob } from '@signering/storage';
import type { ActivityDependencies } from './dependencies.js';
import { demandNotErased } from './erased-job.js';
import { evidenceContextOf, type ComparedWith } from './examine-signed-document.js';
import { SignedDocumentBrokenError, SignedDocumentOverLimitError } from './errors.js';

/** One signed document to archive, without its URL. */
export interface DocumentToArchive extends Omit<ComparedWith, 'personalIdentificationNumber'> {
  readonly job: ArchivedJob;
  /** What an earlier round archived under this name; it stays archived when rules become stricter. */
  readonly archived?: ArchivedDocument;
  /** Bytes that an operator accepts although they are judged BROKEN. */
  readonly accepted?: AcceptedBytes;
}

/** An operator's decision about certain bytes. */
export interface AcceptedBytes extends OperatorAcceptance {
  readonly sha256: string;
}

/** The argument of the activity `archivePades`. */
export interface ArchivePadesInput extends DocumentToArchive {
  readonly padesUrl: PadesUrl;
}

/** The argument of the activity `archiveXades`. */
export interface ArchiveXadesInput extends DocumentToArchive, ComparedWith {
  /** The signer's number, from 1; names the file. Higher than the request's last for an unknown signer. */
  readonly signer: number;
  readonly xadesUrl: XadesUrl;
}

type Dependencies = Pick<
  ActivityDependencies,
  | 'signedDocuments'
  | 'documents'
  | 'archive'
  | 'holds'
  | 'suspects'
  | 'signedDocumentLimits'
  | 'warnOnlyRules'
  | 'ledger'
  | 'erasure'
>;

/** The document under the other name may be the wrong one: both are fetched again. */
const REPEATED: EvidenceRuleId = 'XADES_REPEATED';

/** Rules that only warn, and that a damaged byte can cause where no signature covers it, such as in a certificate. */
const DOUBTS: readonly EvidenceRuleId[] = [
  'UNKNOWN_FORM',
  'UNKNOWN_ALGORITHM',
  'XADES_NOT_READ',
  'TOO_MANY_PARTS',
  'DOCUMENTS_NOT_PROVED',
  'INNER_SIGNATURE_CONTRADICTS_CONTENT',
];

/** Ends an attempt to archive a document that another download may prove. */
class DoubtfulDownload extends Error {}

/** One file from the service. */
interface Incoming extends DocumentToArchive {
  /** Its name in the archive. */
  readonly name: string;
  readonly maxBytes: number;
  /** The setting that holds `maxBytes`. */
  readonly setting: string;
  readonly download: (options: DownloadOptions) => Promise<Download>;
  readonly examine: (content: Uint8Array) => Promise<DocumentCheck>;
}

export const createArchiveActivities = (dependencies: Dependencies) => {
  const { signedDocuments, archive, suspects, signedDocumentLimits: limits } = dependencies;
  /** Doubts that came twice: they are the form of the service's documents, not damage. */
  const usualDoubts = new Set<string>();

  /** @throws also JOB_ERASED, for a second job */
  async function keep(incoming: Incoming): Promise<ArchivedDocument> {
    const { job } = incoming;
    await demandNotErased(job, dependencies);
    try {
      return await keepUnlessThere(incoming);
    } finally {
      await demandNotErased(job, dependencies);
    }
  }

  /** Keeps what is archived: the service may seal a document again for each download. */
  async function keepUnlessThere(incoming: Incoming): Promise<ArchivedDocument> {
    const { job, name } = incoming;
    const there = await archive.find(job, name);
    if (there !== undefined) return archivedBefore(there, incoming);
    try {
      return await fetchAndPut(incoming, 'FIRST').catch((error: unknown) => {
        if (error instanceof DoubtfulDownload) return fetchAndPut(incoming, 'SECOND');
        throw error;
      });
    } catch (cause) {
      if (!(cause instanceof SigningError) || cause.code !== 'SIGNED_DOCUMENT_TOO_LARGE') throw cause;
      const { maxBytes, setting } = incoming;
      throw new SignedDocumentOverLimitError({ job, name, maxBytes, setting, cause });
    }
  }

  async function fetchAndPut(incoming: Incoming, download: 'FIRST' | 'SECOND'): Promise<ArchivedDocument> {
    const { job, name } = incoming;
    const content = (await acceptedContent(incoming)) ?? (await contentFromService(incoming));
    const verify = (readBack: Uint8Array) => judge(readBack, incoming, download);
    const { file, verified } = await archive.put({ job, name, content, verify });
    return { ...file, ...verified };
  }

  /** @throws STORED_CONTENT_DAMAGED */
  async function archivedBefore(there: ArchivedFile, incoming: Incoming): Promise<ArchivedDocument> {
    const { job, name, archived, accepted, examine } = incoming;
    const check = await examine((await archive.read(job, name)) ?? Buffer.alloc(0));
    if (check.result !== 'BROKEN') return { ...there, check };
    if (accepted?.sha256 === there.sha256) return { ...there, check, accepted: acceptanceOf(accepted) };
    if (archived?.sha256 === there.sha256) return archived;
    // Broken documents are not archived, so the disk damaged this one; the service still has it.
    throw new StoredContentDamagedError(
      `${name} in ${archive.folderOf(job)}`,
      `is judged BROKEN now (${reasonsOf(check)}); move it away, and the worker fetches it again`,
    );
  }

  /** Undefined when the copy is gone: the service may still deliver the same bytes. */
  async function acceptedContent({ job, name, accepted }: Incoming): Promise<Readable | undefined> {
    if (accepted === undefined) return undefined;
    const content = await suspects.find({ job, name, sha256: accepted.sha256 });
    return content === undefined ? undefined : Readable.from([content]);
  }

  async function contentFromService({ maxBytes, download }: Incoming): Promise<Readable> {
    return (await download({ maxBytes, signal: Context.current().cancellationSignal })).content;
  }

  /**
   * Accepts documents that are not BROKEN, and bytes that an operator accepted.
   * @throws SIGNED_DOCUMENT_BROKEN, DoubtfulDownload
   */
  async function judge(
    content: Uint8Array,
    { job, name, otherXades, accepted, examine }: Incoming,
    download: 'FIRST' | 'SECOND',
  ): Promise<Pick<ArchivedDocument, 'check' | 'accepted'>> {
    const check = await examine(content);
    if (check.result === 'INTACT') return { check };
    const { log } = Context.current();
    const sha256 = createHash('sha256').update(content).digest('hex');
    const reason = reasonsOf(check);
    const about = { signatureJobId: job.signatureJobId, name, sha256, findings: reason };
    if (check.result === 'NOT_CHECKED') {
      const doubts = doubtsOf(check);
      if (doubts !== '' && download === 'FIRST' && !usualDoubts.has(doubts)) throw new DoubtfulDownload();
      usualDoubts.add(doubts);
      log.warn('A signed document is archived; some facts about it are not proved.', about);
      return { check };
    }
    if (accepted?.sha256 === sha256) {
      const acceptance = acceptanceOf(accepted);
      log.warn('A signed document that is judged BROKEN is archived: an operator accepted it.', {
        ...about,
        acceptedBy: acceptance.by,
        reason: acceptance.reason,
      });
      return { check, accepted: acceptance };
    }
    const keptAs = await suspects.keep({ job, name, content });
    if (check.findings.some(({ rule }) => rule === REPEATED)) {
      for (const other of otherXades.filter((xades) => xades.sha256 === sha256)) {
        await suspects.keep({ job, name: other.name, content });
        await archive.withdraw(job, other.name);
      }
    }
    throw new SignedDocumentBrokenError({ job, name, sha256, reason, keptAs });
  }

  return {
    /**
     * Archives the PAdES. Safe to repeat.
     * @throws SIGNED_DOCUMENT_BROKEN, SIGNED_DOCUMENT_TOO_LARGE, ARCHIVE_CONFLICT, STORED_CONTENT_DAMAGED,
     * INCOMPLETE_DOWNLOAD
     */
    archivePades: ({ padesUrl, ...document }: ArchivePadesInput): Promise<ArchivedDocument> =>
      keep({
        ...document,
        name: 'signed.pdf',
        maxBytes: limits.padesBytes,
        setting: 'SIGNERING_MAX_PADES_MIB',
        download: (options) => signedDocuments.downloadPades(padesUrl, options),
        examine: (content) => examinePades(content, evidenceContextOf(document, dependencies)),
      }),

    /** Archives one signer's XAdES. Safe to repeat. @throws as `archivePades` */
    archiveXades: ({ signer, xadesUrl, ...document }: ArchiveXadesInput): Promise<ArchivedDocument> =>
      keep({
        ...document,
        name: `xades-${signer}.xml`,
        maxBytes: limits.xadesBytes,
        setting: 'SIGNERING_MAX_XADES_MIB',
        download: (options) => signedDocuments.downloadXades(xadesUrl, options),
        examine: (content) => examineXades(content, evidenceContextOf(document, dependencies)),
      }),
  };
};

function acceptanceOf({ by, reason, at }: AcceptedBytes): OperatorAcceptance {
  return { by, reason, at };
}

/** The rules of the findings that damage can cause too, as one text; empty if there are none. */
function doubtsOf({ findings }: DocumentCheck): string {
  return DOUBTS.filter((doubt) => findings.some(({ rule }) => rule === doubt)).join(' ');
}

/** Every finding with its rule, as one text. */
function reasonsOf({ findings }: DocumentCheck): string {
  return findings.map(({ rule, reason }) => `${reason} [${rule}]`).join(' ');
}
