import { ApplicationFailure, ActivityFailure, sleep } from '@temporalio/workflow';
import type { ArchivedDocument, RecordedDecision } from '@signering/contract';
import type { ErrorCode, SigningErrorFacts } from '@signering/schema';
import { archivePades, archiveXades, type ActivityLimits } from './activities.js';
import type { JobChange } from './job-change.js';
import { OperatorDecision, type BrokenDocument } from './operator-decision.js';
import { activityWithAlarms, type DeletionAlarms } from './signatures-at-service.js';

/**
 * The waits before broken documents are fetched again, in milliseconds; then the workflow asks an operator. Long enough
 * for the restart of a proxy.
 */
const WAITS_MS = [2_000, 8_000, 30_000];

type DocumentToArchive = Omit<Parameters<typeof archivePades>[0], 'padesUrl'>;

/** The argument of {@link fetchSignedDocuments}. */
export interface SignedDocumentsToFetch extends Pick<DocumentToArchive, 'job' | 'sent'> {
  /** Identity numbers by the signer's number, from 1, for the signers whom the request names so. */
  readonly identityNumbers: ReadonlyMap<number, string>;
  /** The final change. A re-delivered one may contain URLs that the first one left out. */
  readonly newestChange: () => JobChange;
  /** @default no alarm is raised */
  readonly alarms?: DeletionAlarms;
  /** Shows an operator what is broken; undefined: nothing is. */
  readonly report: (broken?: string) => void;
  /** Receives what an operator decided. */
  readonly decided: (decision: RecordedDecision) => void;
}

/**
 * Archives everything that was signed. Broken documents are fetched again a few times; then an operator decides whether
 * they are fetched again or accepted.
 */
export async function fetchSignedDocuments(
  documents: SignedDocumentsToFetch,
): Promise<readonly ArchivedDocument[]> {
  const operator = new OperatorDecision(documents.decided, documents.alarms);
  const archived = new Map<string, ArchivedDocument>();
  for (let fetches = 0; ; fetches += 1) {
    const { received, broken } = await fetchOnce(documents, operator, archived);
    if (broken.length === 0) return received;
    const waitMs = WAITS_MS[fetches % (WAITS_MS.length + 1)];
    if (waitMs !== undefined) {
      await sleep(waitMs, { summary: 'Until broken documents are fetched again' });
    } else {
      documents.report(questionAbout(broken));
      await operator.about(broken);
      documents.report();
    }
  }
}

interface Round {
  readonly received: readonly ArchivedDocument[];
  readonly broken: readonly BrokenDocument[];
}

/** One round: every XAdES, then the PAdES, which may embed them. */
async function fetchOnce(
  { job, sent, identityNumbers, newestChange, alarms }: SignedDocumentsToFetch,
  operator: OperatorDecision,
  archived: Map<string, ArchivedDocument>,
): Promise<Round> {
  const change = newestChange();
  const xades = xadesOf(change, identityNumbers);
  const pades = padesOf(change);
  const broken: BrokenDocument[] = [];
  const fetched: (SignedDocument & { readonly document: ArchivedDocument })[] = [];
  for (const signed of [...xades, ...pades]) {
    const { name, url, archive } = signed;
    const before = archived.get(name);
    const accepted = operator.acceptedFor(name);
    try {
      const toArchive: DocumentToArchive = {
        job,
        sent,
        // The service may give two signers one URL, and so one file.
        otherXades: fetched
          .filter((other) => other.url !== url)
          .map(({ name: otherName, document: { sha256 } }) => ({ name: otherName, sha256 })),
        ...(before !== undefined && { archived: before }),
        ...(accepted !== undefined && { accepted }),
      };
      const document = await activityWithAlarms(alarms, (limits) => archive(toArchive, limits));
      archived.set(name, document);
      fetched.push({ ...signed, document });
    } catch (error) {
      const found = brokenDocumentOf(name, error);
      broken.push(found);
      // The activity has withdrawn equal bytes of other signers.
      for (const [other, { sha256 }] of archived) if (sha256 === found.sha256) archived.delete(other);
    }
  }
  const received = [...pades, ...xades].flatMap(
    ({ name }) => fetched.find((other) => other.name === name)?.document ?? [],
  );
  return { received, broken };
}

/** A document that the final change names. */
interface SignedDocument {
  /** Its name in the archive. */
  readonly name: string;
  readonly url?: string;
  readonly archive: (document: DocumentToArchive, limits?: ActivityLimits) => Promise<ArchivedDocument>;
}

function xadesOf(
  change: JobChange,
  identityNumbers: SignedDocumentsToFetch['identityNumbers'],
): readonly SignedDocument[] {
  return change.signatures
    .filter(({ xadesUrl, status }) => xadesUrl !== undefined || status.kind === 'SIGNED')
    .map(({ signer, xadesUrl }) => {
      const name = `xades-${signer}.xml`;
      const personalIdentificationNumber = identityNumbers.get(signer);
      if (xadesUrl === undefined) return { name, archive: () => Promise.reject(withoutUrl(name, change)) };
      return {
        name,
        url: xadesUrl,
        archive: (document, limits) => {
          const xades = {
            ...document,
            signer,
            xadesUrl,
            ...(personalIdentificationNumber !== undefined && { personalIdentificationNumber }),
          };
          return archiveXades(xades, limits);
        },
      };
    });
}

function padesOf(change: JobChange): readonly SignedDocument[] {
  const name = 'signed.pdf';
  const { padesUrl, status } = change;
  if (padesUrl !== undefined) {
    return [
      {
        name,
        url: padesUrl,
        archive: (document, limits) => archivePades({ ...document, padesUrl }, limits),
      },
    ];
  }
  if (status !== 'COMPLETED_SUCCESSFULLY') return [];
  return [{ name, archive: () => Promise.reject(withoutUrl(name, change)) }];
}

const BROKEN: ErrorCode = 'SIGNED_DOCUMENT_BROKEN';
const TOO_LARGE: ErrorCode = 'SIGNED_DOCUMENT_TOO_LARGE';

function withoutUrl(name: string, { signatureJobId }: JobChange): ApplicationFailure {
  return ApplicationFailure.nonRetryable(
    `Looked for the URL of ${name} in the final status change of job ${signatureJobId} and found none. The service ` +
      'delivers the change again after 10 minutes.',
    BROKEN,
  );
}

/** @throws errors other than broken or too large documents, such as a cancelled workflow */
function brokenDocumentOf(name: string, error: unknown): BrokenDocument {
  const cause = error instanceof ActivityFailure ? error.cause : error;
  if (!(cause instanceof ApplicationFailure) || (cause.type !== BROKEN && cause.type !== TOO_LARGE))
    throw error;
  const [facts] = (cause.details ?? []) as readonly (SigningErrorFacts | undefined)[];
  const { sha256 } = facts ?? {};
  return { name, reason: cause.message, ...(sha256 !== undefined && { sha256 }) };
}

function questionAbout(broken: readonly BrokenDocument[]): string {
  const acceptable = broken.some(({ sha256 }) => sha256 !== undefined);
  const orAccept = acceptable
    ? ', or signering repair REF accept with --by and --reason archives these bytes and confirms the job (update acceptSignedDocuments)'
    : '';
  return `${broken.map(({ reason }) => reason).join(' ')} To decide: signering repair REF fetch-again fetches again (update fetchAgain)${orAccept}.`;
}
