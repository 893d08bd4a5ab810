import { z } from 'zod';
import type { ApiAnswer, ApiRequest } from '../api/api-call.js';
import { OPERATIONS, type Operation } from '../operations.js';
import type { SandboxParts } from '../sandbox-parts.js';

/** The call that a fault affects. */
export interface FaultyCall {
  readonly parts: SandboxParts;
  readonly request: ApiRequest;
}

/** Happens before the call takes effect. If it returns an answer, the call has no effect. */
export interface EarlyFault {
  readonly when: 'before';
  readonly happen: (call: FaultyCall) => Promise<ApiAnswer | undefined>;
}

/** Changes the answer after the call took effect. */
export interface LateFault {
  readonly when: 'after';
  /** Whether it can change a response; otherwise it stays pending. */
  readonly fits: (answer: ApiAnswer) => boolean;
  readonly happen: (answer: ApiAnswer, call: FaultyCall) => Promise<ApiAnswer>;
}

export type FaultEffect = EarlyFault | LateFault;

/** A requested fault. */
export interface FaultOrder {
  readonly fault: string;
  readonly operation: Operation;
  /** How many calls it affects. */
  readonly times: number;
  /** The settings of this kind of fault, with defaults applied. */
  readonly settings: Readonly<Record<string, unknown>>;
  readonly effect: FaultEffect;
}

/** A kind of fault, by the name that requests use. */
export interface FaultKind {
  readonly name: string;
  readonly operations: readonly Operation[];
  /** In one sentence, for the admin interface. */
  readonly purpose: string;
  /** The names of its settings. */
  readonly settings: readonly string[];
  readonly order: z.ZodType<FaultOrder>;
}

/** The definition of a kind of fault. */
export interface FaultDefinition<Shape extends z.ZodRawShape> {
  readonly name: string;
  /** The operations that it can affect. @default all */
  readonly operations?: readonly [Operation, ...Operation[]];
  readonly purpose: string;
  readonly settings: Shape;
  readonly effect: (settings: z.output<z.ZodObject<Shape>>) => FaultEffect;
}

/** The most calls of one fault. */
const MAX_TIMES = 100_000;

/** Makes a kind of fault from its definition. */
export function defineFault<Shape extends z.ZodRawShape>(definition: FaultDefinition<Shape>): FaultKind {
  const { name, purpose, operations = OPERATIONS, effect } = definition;
  const settings = z.strictObject(definition.settings);
  const frame = z.object({
    fault: z.literal(name),
    operation: z.enum(operations),
    times: z.number().int().min(1).max(MAX_TIMES).default(1),
  });
  const order = z.record(z.string(), z.unknown()).transform((input, context) => {
    const { fault, operation, times, ...rest } = input;
    const framed = frame.safeParse({ fault, operation, times });
    const own = settings.safeParse(rest);
    for (const { error } of [framed, own]) {
      for (const { path, message } of error?.issues ?? []) {
        context.addIssue({ code: 'custom', path: [...path], message });
      }
    }
    if (!framed.success || !own.success) return z.NEVER;
    return { ...framed.data, settings: own.data, effect: effect(own.data) };
  });
  return { name, operations, purpose, settings: Object.keys(definition.settings), order };
}
