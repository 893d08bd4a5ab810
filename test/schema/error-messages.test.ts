import assert from 'node:assert/strict';
import { ERROR_CODES } from '@signering/schema';
import { renderedMessages, type RenderedMessage } from './error-messages.js';

/**
 * The messages of SIGNING_ABORTED and WORKER_FAULT come after the beginning that all failures of a job have; the other is
 * a code in a report and never raised.
 */
const WITHOUT_OWN_MESSAGE: readonly string[] = [
  'SIGNING_ABORTED',
  'STATUS_CHANGE_UNDELIVERABLE',
  'WORKER_FAULT',
];

/** Messages followed by a colon and every mistake: `The signing request cannot be sent: title: …`. */
const HEADINGS: readonly string[] = ['INVALID_REQUEST', 'INVALID_SETTINGS', 'DOCUMENT_NOT_ACCEPTED'];

describe('the message of every error code', () => {
  const messages = renderedMessages();

  const faulty = (fault: RegExp | ((message: RenderedMessage) => boolean)): readonly RenderedMessage[] =>
    messages.filter((message) => (fault instanceof RegExp ? fault.test(message.text) : fault(message)));

  it('is in the source', () => {
    const rendered = new Set(messages.map(({ code }) => code));
    assert.deepEqual(
      ERROR_CODES.filter((code) => !rendered.has(code)),
      WITHOUT_OWN_MESSAGE,
    );
  });

  it('is a sentence or more: begins with a capital letter and ends with a period', () => {
    assert.deepEqual(faulty(/^[^\p{Lu}"'`]/u), []);
    assert.deepEqual(
      faulty(({ code, text }) => !/(?:[.!?)]|X1)$/u.test(text) && !HEADINGS.includes(code)),
      [],
    );
  });

  it('has no doubled punctuation, no gap and no colon before a sentence end', () => {
    assert.deepEqual(faulty(/[.,;:]{2}| {2}| [.,;:]|: ?\./u), []);
  });

  it('repeats no sentence and no beginning of one', () => {
    const repeats = ({ text }: RenderedMessage): boolean => {
      const parts = text.split(/(?<=[.:;]) /u).map((sentence) => sentence.trim().toLowerCase());
      return new Set(parts).size < parts.length;
    };
    assert.deepEqual(faulty(repeats), []);
  });

  it('names the actor in plain words', () => {
    assert.deepEqual(
      faulty(/\b(?:whoever|nobody|somebody else|is told|comes to nothing|for ever|none that)\b/iu),
      [],
    );
  });
});
