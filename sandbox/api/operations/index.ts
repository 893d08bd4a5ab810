// Every operation of the API, by its name: a new one is one file and one line here.
import type { Operation } from '../../operations.js';
import type { SandboxParts } from '../../sandbox-parts.js';
import type { ApiAnswer, ApiRequest } from '../api-call.js';
import { longTermPades } from './long-term-pades.js';
import { cancel } from './cancel.js';
import { confirmStatusChange } from './confirm-status-change.js';
import { createSignatureJob } from './create-signature-job.js';
import { deleteDocuments } from './delete-documents.js';
import { fetchStatus } from './fetch-status.js';
import { fetchStatusChange } from './fetch-status-change.js';
import { pades } from './pades.js';
import { probe } from './probe.js';
import { requestRedirectUrl } from './request-redirect-url.js';
import { signInDevelopment } from './sign-in-development.js';
import { xades } from './xades.js';

type AnswerOperation = (parts: SandboxParts, request: ApiRequest) => Promise<ApiAnswer>;

export const API_OPERATIONS: Readonly<Record<Operation, AnswerOperation>> = {
  probe,
  create: createSignatureJob,
  requestRedirectUrl,
  fetchStatus,
  fetchStatusChange,
  confirm: confirmStatusChange,
  cancel,
  deleteDocuments,
  pades,
  xades,
  longTermPades,
  signInDevelopment,
};
