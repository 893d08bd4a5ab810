import type { z } from 'zod';
import { WORKFLOW_TYPES } from '../names.js';
import { DIRECT_SIGNING_INPUT } from './direct-signing.js';
import { PORTAL_SIGNING_INPUT } from './portal-signing.js';

const INPUTS: Readonly<Record<string, z.ZodType>> = {
  [WORKFLOW_TYPES.portalSigning]: PORTAL_SIGNING_INPUT,
  [WORKFLOW_TYPES.directSigning]: DIRECT_SIGNING_INPUT,
};

/**
 * What is wrong with a value as the input of each workflow that may be started from outside, by workflow type. Names
 * places and rules, never what stands there.
 */
export function problemsOfInputs(value: unknown): Readonly<Record<string, readonly string[]>> {
  return Object.fromEntries(
    Object.entries(INPUTS).map(([workflowType, input]) => [workflowType, problemsOf(input, value)]),
  );
}

function problemsOf(schema: z.ZodType, value: unknown): readonly string[] {
  if (typeof value !== 'object' || value === null) return ['it must be a JSON object'];
  const issues = schema.safeParse(value).error?.issues ?? [];
  return issues.map(({ path, message }) => `${path.map(String).join('.') || 'input'}: ${message}`);
}
