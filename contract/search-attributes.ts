import { defineSearchAttributeKey } from '@temporalio/common';

// Search attributes are not encrypted: none of them may hold personal data.
export const SIGNING_FLOW = defineSearchAttributeKey('SigningFlow', 'KEYWORD');
export const SIGNING_ORGANIZATION = defineSearchAttributeKey('SigningOrganization', 'KEYWORD');
export const SIGNING_STATE = defineSearchAttributeKey('SigningState', 'KEYWORD');
export const SIGNING_JOB_ID = defineSearchAttributeKey('SigningJobId', 'KEYWORD');
export const SIGNING_DEADLINE = defineSearchAttributeKey('SigningDeadline', 'DATETIME');

/** All that the worker registers when they are missing. */
export const SIGNING_SEARCH_ATTRIBUTES = [
  SIGNING_FLOW,
  SIGNING_ORGANIZATION,
  SIGNING_STATE,
  SIGNING_JOB_ID,
  SIGNING_DEADLINE,
] as const;
