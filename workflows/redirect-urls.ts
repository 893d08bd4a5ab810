import { ApplicationFailure } from '@temporalio/workflow';
import {
  MOST_FRESH_REDIRECT_URLS,
  MOST_REDIRECT_URL_ANSWERS,
  type FreshRedirectUrlInput,
  type RedirectUrlsAnswer,
  type SignerRedirect,
} from '@signering/contract';
import type { DirectSigner, ErrorCode, SignerUrl } from '@signering/schema';
import { requestRedirectUrl } from './activities.js';
import { createdInTime } from './created-in-time.js';
import { numberOfDirectSigner } from './direct-signers.js';
import type { SigningProgress } from './signing-progress.js';

/** Where the signers' browsers are sent: the URLs that came with the job, and fresh ones, for each is good once. */
export class RedirectUrls {
  readonly #signers: readonly DirectSigner[];
  readonly #progress: SigningProgress;
  readonly #fresh = new Map<number, string>();
  #asked = 0;
  #told = 0;

  constructor(signers: readonly DirectSigner[], progress: SigningProgress) {
    this.#signers = signers;
    this.#progress = progress;
  }

  /** Refuses before it is in the history. */
  validateNewest(): void {
    this.#refuseWhenEnded();
    if (this.#told >= MOST_REDIRECT_URL_ANSWERS) {
      throw refused(
        'TOO_MANY_REDIRECT_URLS',
        `The job was started ${MOST_REDIRECT_URL_ANSWERS} times and tells its redirect URLs no more: look for what starts it in a loop.`,
      );
    }
  }

  /** The newest redirect URL of each signer, as soon as the job is there. @throws as {@link createdInTime} */
  async newest(): Promise<RedirectUrlsAnswer> {
    this.#told += 1;
    const { signatureJobId, signers = [] } = await createdInTime(this.#progress);
    return {
      signatureJobId,
      signers: signers.map(({ signer, redirectUrl }) => ({
        signer,
        redirectUrl: this.#fresh.get(signer) ?? redirectUrl,
      })),
    };
  }

  /** Refuses before it is in the history. */
  validate({ signer }: FreshRedirectUrlInput): void {
    if (numberOfDirectSigner(this.#signers, signer) === undefined) {
      throw refused('SIGNER_NOT_FOUND', 'The job has no such signer: name one as the request did.');
    }
    this.#refuseWhenEnded();
    if (this.#asked >= MOST_FRESH_REDIRECT_URLS) {
      throw refused(
        'TOO_MANY_REDIRECT_URLS',
        `The job has had ${MOST_FRESH_REDIRECT_URLS} fresh redirect URLs and gets no more: look for what asks for them in a loop; the newest one still works.`,
      );
    }
  }

  /** Asks the service for a fresh redirect URL, which ends the signer's older one. @throws as {@link createdInTime} */
  async fresh({ signer: wanted }: FreshRedirectUrlInput): Promise<SignerRedirect> {
    this.#asked += 1;
    const { signers = [] } = await createdInTime(this.#progress);
    const number = numberOfDirectSigner(this.#signers, wanted);
    const found = signers.find(({ signer }) => signer === number);
    if (found === undefined) throw refused('SIGNER_NOT_FOUND', 'The service has named no such signer.');
    const { signer, signerUrl } = found;
    const redirectUrl = await requestRedirectUrl({ signerUrl: signerUrl as SignerUrl });
    this.#fresh.set(signer, redirectUrl);
    return { signer, redirectUrl };
  }

  #refuseWhenEnded(): void {
    if (!['CREATING', 'CREATE_AMBIGUOUS', 'WAITING_FOR_SIGNERS', 'OVERDUE'].includes(this.#progress.state)) {
      throw refused(
        'JOB_ENDED',
        'The job has ended, and no signer can sign it any more: ask for its outcome.',
      );
    }
  }
}

function refused(code: ErrorCode, message: string): ApplicationFailure {
  return ApplicationFailure.nonRetryable(message, code);
}
