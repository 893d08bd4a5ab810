import type { z } from 'zod';
import {
  isRecord,
  problemsOfDirectOrder,
  problemsOfPortalOrder,
  type IdentityNumberCheck,
  type OrderRuleOptions,
  type Problem,
} from '../../schema/index.js';
import { WORKFLOW_TYPES } from '../names.js';
import { DIRECT_SIGNING_INPUT } from './direct-signing.js';
import { PORTAL_SIGNING_INPUT } from './portal-signing.js';
import { problemsOfShape, withoutConsequences } from './shape-problems.js';

interface InputRules {
  /** Each part by itself. */
  readonly shape: z.ZodType;
  /** What holds between the parts of a job. */
  readonly problemsOfJob: (
    job: Readonly<Record<string, unknown>>,
    options: OrderRuleOptions,
  ) => readonly Problem[];
}

const INPUTS: Readonly<Record<string, InputRules>> = {
  [WORKFLOW_TYPES.portalSigning]: {
    shape: PORTAL_SIGNING_INPUT,
    problemsOfJob: (job, options) =>
      problemsOfPortalOrder(
        {
          ...job,
          documents: listIn(job['documents']),
          signers: listIn(job['signers']).map((signer) =>
            isRecord(signer)
              ? { ...signer, notifications: recordOrNothing(signer['notifications']) ?? {} }
              : undefined,
          ),
          availability: recordOrNothing(job['availability']) ?? {},
        },
        options,
      ),
  },
  [WORKFLOW_TYPES.directSigning]: {
    shape: DIRECT_SIGNING_INPUT,
    problemsOfJob: (job, options) =>
      problemsOfDirectOrder(
        {
          ...job,
          documents: listIn(job['documents']),
          signers: listIn(job['signers']).map((signer) => {
            const identifier = isRecord(signer) ? recordOrNothing(signer['identifier']) : undefined;
            return isRecord(signer) && identifier !== undefined ? { ...signer, identifier } : undefined;
          }),
        },
        options,
      ),
  },
};

/** The second argument of {@link problemsOfInputs}. */
export interface InputCheckOptions {
  /** @default on */
  readonly identityNumberCheck?: IdentityNumberCheck | undefined;
  /** The order was taken before: only what no release has ever taken is a problem. @default false */
  readonly wasTaken?: boolean;
}

/**
 * What is wrong with a value as the input of each workflow that may be started from outside, by workflow type. Names
 * places and rules, never what stands there. The sender's sector is not known here: its rules are the service's.
 */
export function problemsOfInputs(
  value: unknown,
  options: InputCheckOptions = {},
): Readonly<Record<string, readonly string[]>> {
  return Object.fromEntries(
    Object.entries(INPUTS).map(([workflowType, rules]) => [workflowType, problemsOf(value, rules, options)]),
  );
}

function problemsOf(
  value: unknown,
  { shape, problemsOfJob }: InputRules,
  options: InputCheckOptions,
): readonly string[] {
  if (!isRecord(value)) return ['it must be a JSON object'];
  const job = recordOrNothing(value['job']);
  const ofShape = problemsOfShape(shape, value, 'input');
  const ofRules = (job === undefined ? [] : problemsOfJob(job, options)).map(({ path, message }) => ({
    path: `job.${path}`,
    message,
  }));
  const problems =
    options.wasTaken === true
      ? ofShape.filter(({ isRule }) => !isRule)
      : withoutConsequences(ofShape, ofRules);
  return problems.map(({ path, message }) => `${path}: ${message}`);
}

function listIn(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function recordOrNothing(value: unknown) {
  return isRecord(value) ? value : undefined;
}
