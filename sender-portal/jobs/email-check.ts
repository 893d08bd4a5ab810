import { SigningError, type Signing } from '@signering/client';

const ASK_EVERY_MS = 60_000;
/** A page waits for the answer. */
const ANSWER_WITHIN_MS = 2000;

/** Asks whether workers send emails, at most once a minute. The answer is undefined while Temporal does not say. */
export function emailCheck(
  client: Pick<Signing, 'sendsEmails'>,
  now: () => Date,
): () => Promise<boolean | undefined> {
  let known: { readonly at: number; readonly answer: boolean | undefined } | undefined;
  return async () => {
    const at = Number(now());
    if (known !== undefined && at - known.at < ASK_EVERY_MS) return known.answer;
    const answer = await client.sendsEmails({ timeoutMs: ANSWER_WITHIN_MS }).catch((error: unknown) => {
      if (!(error instanceof SigningError)) throw error;
    });
    known = { at, answer: answer ?? undefined };
    return known.answer;
  };
}
