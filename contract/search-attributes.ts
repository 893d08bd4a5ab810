// Search attributes are not encrypted: none of them may hold personal data.
export const SIGNING_FLOW = { name: 'SigningFlow', type: 'KEYWORD' } as const;
export const SIGNING_ORGANIZATION = {
  name: 'SigningOrganization',
  type: 'KEYWORD',
} as const;
export const SIGNING_STATE = { name: 'SigningState', type: 'KEYWORD' } as const;
export const SIGNING_JOB_ID = { name: 'SigningJobId', type: 'KEYWORD' } as const;
export const SIGNING_DEADLINE = { name: 'SigningDeadline', type: 'DATETIME' } as const;

/** The search attributes that a worker registers if they are missing. */
export const SIGNING_SEARCH_ATTRIBUTES = [
  SIGNING_FLOW,
  SIGNING_ORGANIZATION,
  SIGNING_STATE,
  SIGNING_JOB_ID,
  SIGNING_DEADLINE,
] as const;
