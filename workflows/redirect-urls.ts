import { ApplicationFailure } from '@temporalio/workflow';
import {
  numberOfDirectSigner,
  signerRedirectOf,
  MOST_FRESH_REDIRECT_URLS,
  MOST_REDIRECT_URL_ANSWERS,
  type ChosenSigner,
  type RedirectUrlsAnswer,
  type SignerProgress,
  type SignerRedirect,
} from '@signering/contract';
import type { DirectSigner, ErrorCode, SignerUrl } from '@signering/schema';
import { requestRedirectUrl } from './activities.js';
import type { SigningProgress } from './signing-progress.js';

/** Statuses of signers who can get a fresh redirect URL; the service decides about a status that it has added. */
const MAY_STILL_SIGN: readonly SignerProgress['status'][] = ['WAITING', 'FAILED', 'UNKNOWN'];

/** The redirect URLs of the signers: those that came with the job, and fresh ones. Each works once. */
export class RedirectUrls {
  readonly #signers: readonly DirectSigner[];
  readonly #progress: SigningProgress;
  readonly #fresh = new Map<number, string>();
  #created = 0;
  #answered = 0;

  constructor(signers: readonly DirectSigner[], progress: SigningProgress) {
    this.#signers = signers;
    this.#progress = progress;
  }

  /** Update validator. */
  validateNewest(): void {
    this.#refuseWhenEnded();
    if (this.#answered >= MOST_REDIRECT_URL_ANSWERS) {
      throw refused(
        'TOO_MANY_REDIRECT_URLS',
        `The job was started ${MOST_REDIRECT_URL_ANSWERS} times and returns its redirect URLs no more: find the program that starts it in a loop.`,
      );
    }
  }

  /** Returns the newest redirect URL of each signer after the creation. @throws as `Creation.inTime` */
  async newest(): Promise<RedirectUrlsAnswer> {
    this.#answered += 1;
    const { signatureJobId, signers = [] } = await this.#progress.creation.inTime();
    return {
      signatureJobId,
      redirects: signers.map(({ signer, redirectUrl }) =>
        signerRedirectOf(this.#signers, { signer, redirectUrl: this.#fresh.get(signer) ?? redirectUrl }),
      ),
    };
  }

  /** Update validator. */
  validate(wanted: ChosenSigner): void {
    const number = numberOfDirectSigner(this.#signers, wanted);
    if (number === undefined) {
      throw refused('SIGNER_NOT_FOUND', 'The job has no such signer: name a signer as in the request.');
    }
    this.#refuseWhenEnded();
    const status = this.#progress.describe().signers.find(({ signer }) => signer === number)?.status;
    if (status !== undefined && !MAY_STILL_SIGN.includes(status)) {
      throw refused('SIGNER_NOT_WAITING', `Signer ${number} has finished: ${status}.`);
    }
    if (this.#created >= MOST_FRESH_REDIRECT_URLS) {
      throw refused(
        'TOO_MANY_REDIRECT_URLS',
        `The job has had ${MOST_FRESH_REDIRECT_URLS} fresh redirect URLs, which is the limit: find the program that requests them in a loop. The newest URL still works.`,
      );
    }
  }

  /** Requests a fresh redirect URL, which invalidates the signer's older one. @throws as `Creation.inTime` */
  async fresh(wanted: ChosenSigner): Promise<SignerRedirect> {
    this.#created += 1;
    const { signers = [] } = await this.#progress.creation.inTime();
    const number = numberOfDirectSigner(this.#signers, wanted);
    const found = signers.find(({ signer }) => signer === number);
    if (found === undefined) throw refused('SIGNER_NOT_FOUND', 'The service named no such signer.');
    const { signer, signerUrl } = found;
    const redirectUrl = await requestRedirectUrl({ signerUrl: signerUrl as SignerUrl });
    this.#fresh.set(signer, redirectUrl);
    return signerRedirectOf(this.#signers, { signer, redirectUrl });
  }

  #refuseWhenEnded(): void {
    if (!['CREATING', 'CREATE_AMBIGUOUS', 'WAITING_FOR_SIGNERS', 'OVERDUE'].includes(this.#progress.state)) {
      throw refused('JOB_ENDED', 'The job has ended and cannot be signed: ask for its outcome.');
    }
  }
}

function refused(code: ErrorCode, message: string): ApplicationFailure {
  return ApplicationFailure.nonRetryable(message, code);
}
