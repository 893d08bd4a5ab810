import { createHash } from 'node:crypto';
import type { DirectJobContent, Flow, PortalJobContent } from '@signering/contract';

type JobContent = PortalJobContent | DirectJobContent;
type Members = Readonly<Record<string, unknown>>;

/** What the service assumes where a job says nothing. Spec: portal.xsd, availability, on-behalf-of, required-authentication. */
const DEFAULTS = {
  availableSeconds: 30 * 24 * 60 * 60,
  order: 0,
  onBehalfOf: 'SELF',
  requiredAuthentication: 4,
} as const;

/**
 * SHA-256 over a job's content, lower-case hexadecimal. The order of documents and signers counts. What a repeated order
 * may have differently after a deployment does not count: the order of members, defaults that are written out, the name of
 * the polling queue, the exit URLs, the documents' file names, and titles that come from file names. Frozen: ledgers hold such digests
 * for years. docs/other-languages.md has the formula and test vectors.
 */
export function contentDigest(flow: Flow, job: JobContent): string {
  return createHash('sha256')
    .update(canonicalJson({ version: 1, flow, job: contentOf(job) }), 'utf8')
    .digest('hex');
}

/**
 * The parts of a request in which two jobs differ, such as `documents[0].content` or `signers[1].emailAddress`, sorted;
 * never their values. Only `flow` for jobs of two flows, empty for jobs with the same content.
 */
export function differencesBetween(one: JobContent, other: JobContent): readonly string[] {
  if ('exitUrls' in one !== 'exitUrls' in other) return ['flow'];
  const paths = differingPaths(contentOf(one), contentOf(other), '');
  return [...new Set(paths.map(requestPathOf))].sort();
}

/** The part of a job that its digest covers. */
function contentOf(job: JobContent): Members {
  const { pollingQueue, documents, signers, ...terms } = job;
  const isPolledDirectJob = 'exitUrls' in job && pollingQueue !== undefined;
  const { exitUrls: _urls, availability, metadata, ...others }: Members = terms;
  const available = withoutDefaults((availability ?? {}) as Members);
  return {
    ...withoutDefaults(others),
    ...(isPolledDirectJob && { statusRetrievalMethod: 'POLLING' }),
    ...(Object.keys(available).length > 0 && { availability: available }),
    ...(Object.keys(metadata ?? {}).length > 0 && { metadata }),
    documents: documents.map(({ name: _name, titleFromFileName, title, ...document }) => ({
      ...document,
      ...(titleFromFileName !== true && { title }),
    })),
    signers: signers.map((signer) => withoutDefaults({ ...signer })),
  };
}

function withoutDefaults(members: Members): Members {
  const defaults: Members = DEFAULTS;
  return Object.fromEntries(
    Object.entries(members).filter(([name, value]) => !(name in defaults && defaults[name] === value)),
  );
}

/** JSON without blanks, members sorted by name, absent members left out. */
function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) =>
    isMembers(part)
      ? Object.fromEntries(Object.entries(part).sort(([one], [other]) => (one < other ? -1 : 1)))
      : part,
  );
}

function differingPaths(one: unknown, other: unknown, path: string): readonly string[] {
  if (Array.isArray(one) && Array.isArray(other)) {
    const length = Math.max(one.length, other.length);
    return Array.from({ length }, (_, index) =>
      differingPaths(one[index], other[index], `${path}[${index}]`),
    ).flat();
  }
  // An absent group of members is an empty one; a document or signer more is one difference.
  const isInList = path.endsWith(']');
  const [members, others] = isInList ? [one, other] : [one ?? {}, other ?? {}];
  if (isMembers(members) && isMembers(others)) {
    const names = new Set([...Object.keys(members), ...Object.keys(others)]);
    return [...names].flatMap((name) =>
      differingPaths(members[name], others[name], path === '' ? name : `${path}.${name}`),
    );
  }
  return one === other ? [] : [path];
}

/** A path in a job's content as the path in a request to the client. */
function requestPathOf(path: string): string {
  return (
    path
      .replace(/^availability\./u, '')
      // Keys may have dots, and error messages may be logged.
      .replace(/^metadata\..*$/su, 'metadata')
      .replace(/\.(?:sha256|size)$/u, '.content')
      .replace(/\.(?:notifications|identifier)\./u, '.')
      .replace(/\.notificationsUsingLookup(?:\.sms)?$/u, '.useContactRegister')
  );
}

function isMembers(value: unknown): value is Members {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
