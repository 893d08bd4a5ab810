import type { z } from 'zod';
import {
  isRecord,
  MAX_DOCUMENTS,
  problemsOfDirectOrder,
  problemsOfPortalOrder,
  type IdentityNumberCheck,
  type OrderRuleOptions,
  type Problem,
} from '@signering/schema';
import { WORKFLOW_TYPES } from '../names.js';
import { DIRECT_SIGNING_INPUT } from './direct-signing.js';
import { MAX_SIGNERS } from './job-parts.js';
import { PORTAL_SIGNING_INPUT } from './portal-signing.js';
import { problemsOfShape, withoutConsequences } from './shape-problems.js';

/** More would exceed the size of a workflow failure. */
const MAX_PROBLEMS = 50;

interface InputRules {
  /** Checks each part on its own. */
  readonly shape: z.ZodType;
  /** Checks rules between the parts of a job. */
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
          documents: listIn(job['documents'], MAX_DOCUMENTS),
          signers: listIn(job['signers'], MAX_SIGNERS).map((signer) =>
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
          documents: listIn(job['documents'], MAX_DOCUMENTS),
          signers: listIn(job['signers'], MAX_SIGNERS).map((signer) => {
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
  /** The order was accepted before, so only what every release refuses is a problem. @default false */
  readonly wasTaken?: boolean;
}

/**
 * Problems of a value as the input of each workflow that may be started from outside, by workflow type. Messages name
 * paths and rules, never values. The sender's sector is unknown here; the service checks its rules.
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
  const left = problems.length - MAX_PROBLEMS;
  return [
    ...problems.slice(0, MAX_PROBLEMS).map(({ path, message }) => `${path}: ${message}`),
    ...(left > 0 ? [`and ${left} more`] : []),
  ];
}

/** Bounds the work for the rules: a longer list is refused for its length anyway. */
function listIn(value: unknown, most: number): readonly unknown[] {
  return Array.isArray(value) ? value.slice(0, most + 1) : [];
}

function recordOrNothing(value: unknown) {
  return isRecord(value) ? value : undefined;
}
