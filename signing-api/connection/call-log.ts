import type { ApiOperation } from '../operation.js';

/**
 * An entry of the call log. It holds no personal data: query parameters other than the queue's name are masked, bodies
 * keep their structure and the few elements that cannot be personal, and documents are left out.
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
      /** The service's clock as it answered, whole seconds, ISO 8601; absent if the answer has no date. */
      readonly servedAt?: string;
    }
  | {
      /** The body of an answer; only where {@link CallLog.bodies} asks for it, and never of a download. */
      readonly event: 'ANSWER_BODY';
      readonly operation: ApiOperation;
      /** Masked. */
      readonly body: string;
    }
  | {
      /** The call got no answer. */
      readonly event: 'FAILURE';
      readonly operation: ApiOperation;
      /** The code of the error that the caller gets. */
      readonly code: string;
      readonly durationMs: number;
    };

/** Receives the entries of the call log. */
export interface CallLog {
  /** Called during the call: it must return at once and must not throw. */
  readonly write: (entry: CallLogEntry) => void;
  /** Logs bodies too, for diagnosing a problem. @default false */
  readonly bodies?: boolean | undefined;
}

/** Elements of messages whose text is neither personal nor a secret. Spec: the XSDs; URLs are masked on their own. */
const HARMLESS_ELEMENTS = new Set([
  'reference',
  'signature-job-id',
  'signature-job-status',
  'status',
  'polling-queue',
  'status-retrieval-method',
  'confirmation-url',
  'cancellation-url',
  'delete-documents-url',
  'xades-url',
  'pades-url',
  'status-url',
  'error-code',
  'error-type',
]);
const HARMLESS_ATTRIBUTES = /^(?:xmlns(?::.*)?|since|order|version|encoding|standalone)$/u;

/** Comments, CDATA and instructions may hold anything. */
const OTHER_MARKUP = /<!--[\s\S]*?(?:-->|$)|<!\[CDATA\[[\s\S]*?(?:\]\]>|$)|<![^>]*(?:>|$)/gu;
const ELEMENT = /<([^\s<>/]+)([^<>]*)>([^<]*)/gu;
const ATTRIBUTE = /([^\s=]+)(\s*=\s*)("[^"]*"|'[^']*')/gu;
const LONGEST = 4000;

/**
 * A message as a log may show it: its structure, and the text of the elements that cannot be personal. For text that is
 * not XML only the length is given.
 */
export function maskMessage(message: string): string {
  const text = message.trim();
  if (!text.startsWith('<')) return `[${message.length} characters that are no XML]`;
  const masked = text
    .replaceAll(OTHER_MARKUP, '')
    .replaceAll(ELEMENT, (_, name: string, attributes: string, content: string) => {
      const kept = HARMLESS_ELEMENTS.has(localName(name)) ? maskUrls(content) : maskText(content);
      return `<${name}${maskAttributes(attributes)}>${kept}`;
    });
  return masked.length > LONGEST ? `${masked.slice(0, LONGEST)}…` : masked;
}

/** An address as a log may show it: without the values of its query, except a queue's name, and without fragment. */
export function maskUrl(url: URL): string {
  const names = [...url.searchParams].map(
    ([name, value]) => `${name}=${name === 'polling_queue' ? encodeURIComponent(value) : '***'}`,
  );
  return `${url.origin}${url.pathname}${names.length > 0 ? `?${names.join('&')}` : ''}`;
}

function localName(name: string): string {
  return name.slice(name.indexOf(':') + 1);
}

function maskText(content: string): string {
  return content.trim() === '' ? content : '***';
}

function maskUrls(content: string): string {
  const text = content.trim();
  return text.includes('://') ? (URL.canParse(text) ? maskUrl(new URL(text)) : '***') : content;
}

function maskAttributes(attributes: string): string {
  return attributes.replaceAll(ATTRIBUTE, (whole, name: string, equals: string) =>
    HARMLESS_ATTRIBUTES.test(name) ? whole : `${name}${equals}"***"`,
  );
}
