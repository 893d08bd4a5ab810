import type { ApiOperation } from './operation.js';

/**
 * What is told of a call. No personal data is in it: query parameters other than the queue's name are masked, bodies
 * keep their structure and the few elements that cannot be personal, and documents are never in it.
 */
export type CallLogEntry =
  | {
      readonly event: 'REQUEST';
      readonly operation: ApiOperation;
      readonly method: string;
      readonly url: string;
      /** Masked; only where {@link CallLog.bodies} asks for it. */
      readonly body?: string;
    }
  | {
      readonly event: 'ANSWER';
      readonly operation: ApiOperation;
      readonly httpStatus: number;
      /** From the moment the call went until its answer began, in milliseconds. */
      readonly durationMs: number;
      /** The service's clock as it answered, whole seconds; absent where its answer tells no time. */
      readonly date?: Date;
    }
  | {
      /** The body of an answer; only where {@link CallLog.bodies} asks for it, and never of a download. */
      readonly event: 'ANSWER_BODY';
      readonly operation: ApiOperation;
      /** Masked. */
      readonly body: string;
    }
  | {
      /** No answer came. */
      readonly event: 'FAILURE';
      readonly operation: ApiOperation;
      /** The code of the error that the caller gets. */
      readonly code: string;
      readonly durationMs: number;
    };

/** Who hears of calls. */
export interface CallLog {
  /** Called on the way of the call: it must neither take time nor throw. */
  readonly write: (entry: CallLogEntry) => void;
  /** Whether bodies are told too. For looking into a problem, not for every day. @default false */
  readonly bodies?: boolean;
}
