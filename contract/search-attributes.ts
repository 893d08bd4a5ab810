// Search attributes are not encrypted: none of them may hold personal data.
export const SIGNING_FLOW = { name: 'SigningFlow', type: 'KEYWORD' } as const;
export const SIGNING_ORGANIZATION = {
  name: 'SigningOrganization',
  type: 'KEYWORD',
} as const;
export const SIGNING_STATE = { name: 'SigningState', type: 'KEYWORD' } as const;
export const SIGNING_JOB_ID = { name: 'SigningJobId', type: 'KEYWORD' } as const;
export const SIGNING_DEADLINE = { name: 'SigningDeadline', type: 'DATETIME' } as const;
export const SIGNING_REFERENCE = { name: 'SigningReference', type: 'KEYWORD' } as const;
/** How many signers can sign now and have not. */
export const SIGNING_SIGNERS_WAITING = { name: 'SigningSignersWaiting', type: 'INT' } as const;
/**
 * The state in which the job waits for an operator's decision, or {@link SERVICE_DELETES_SOON} while only a deletion alarm is
 * raised; not set while it needs no operator.
 */
export const SIGNING_NEEDS_OPERATOR = { name: 'SigningNeedsOperator', type: 'KEYWORD' } as const;
/**
 * Until when the service keeps what the first signer signed: {@link SIGNED_DOCUMENTS_DAYS} after that. Set while signatures
 * are not archived.
 */
export const SIGNING_SERVICE_KEEPS_UNTIL = { name: 'SigningServiceKeepsUntil', type: 'DATETIME' } as const;
/** When retention removes the job's archived documents. Not set: they are kept. */
export const SIGNING_ARCHIVED_UNTIL = { name: 'SigningArchivedUntil', type: 'DATETIME' } as const;
/**
 * Of a polling queue: the number of jobs that have undelivered changes. Of a workflow `webhookDelivery`: the number of
 * deliveries that were given up.
 */
export const SIGNING_UNDELIVERED = { name: 'SigningUndelivered', type: 'INT' } as const;
/** Of a workflow `webhookDelivery`: the receivers whose webhooks are late or were given up, and how many; see `backlogValues`. */
export const SIGNING_WEBHOOKS = { name: 'SigningWebhooks', type: 'KEYWORD_LIST' } as const;

/**
 * How long the service keeps signed documents, in days from the signature, without long-term storage.
 * Spec: functional specification, storage of signed documents.
 */
export const SIGNED_DOCUMENTS_DAYS = 40;

/** When a deletion alarm is raised and raised again, in days after the first signature, while it is not archived. */
export const DELETION_ALARM_DAYS = [30, 37] as const;

/** The value of {@link SIGNING_NEEDS_OPERATOR} of a job with a deletion alarm. */
export const SERVICE_DELETES_SOON = 'SERVICE_DELETES_SOON';

/**
 * The search attributes that a worker registers if they are missing. Temporal on an SQL store has room for ten of the type
 * KEYWORD and three of each other type in a namespace.
 */
export const SIGNING_SEARCH_ATTRIBUTES = [
  SIGNING_FLOW,
  SIGNING_ORGANIZATION,
  SIGNING_STATE,
  SIGNING_JOB_ID,
  SIGNING_DEADLINE,
  SIGNING_REFERENCE,
  SIGNING_SIGNERS_WAITING,
  SIGNING_NEEDS_OPERATOR,
  SIGNING_SERVICE_KEEPS_UNTIL,
  SIGNING_ARCHIVED_UNTIL,
  SIGNING_UNDELIVERED,
  SIGNING_WEBHOOKS,
] as const;

/** The types of our search attributes, as the `temporal` command and the API name them. Spec: temporal.api.enums.v1.IndexedValueType. */
export const SEARCH_ATTRIBUTE_TYPES = {
  KEYWORD: { name: 'Keyword', number: 2 },
  INT: { name: 'Int', number: 3 },
  DATETIME: { name: 'Datetime', number: 6 },
  KEYWORD_LIST: { name: 'KeywordList', number: 7 },
} as const;

/** The command with which the owner of a namespace registers search attributes. */
export function searchAttributeCommand(
  namespace: string,
  attributes: readonly (typeof SIGNING_SEARCH_ATTRIBUTES)[number][],
): string {
  const each = attributes.map(
    ({ name, type }) => `--name ${name} --type ${SEARCH_ATTRIBUTE_TYPES[type].name}`,
  );
  return `temporal operator search-attribute create --namespace ${namespace} ${each.join(' ')}`;
}
