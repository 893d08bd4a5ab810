import type {
  ExitUrlCheck,
  MakeExitUrlsOptions,
  SignerReturnedOptions,
  SigningClient,
  StartedDirectJob,
  ExitUrlToCheck,
} from '@signering/client';
import type { SignerReturnedAnswer } from '@signering/contract';
import type { ExitUrls } from '@signering/schema';
import { formatMilliseconds, type LiveView, stateInWords } from '@signering/cli';

/** The argument of {@link SigningDesk}. */
export interface SigningDeskOptions {
  readonly client: SigningClient;
  readonly reference: string;
  readonly view: LiveView;
  /** Stops the reports. */
  readonly signal: AbortSignal;
}

/** Handles and reports the departure and return of signers on the demo's web site. */
export class SigningDesk {
  readonly #options: SigningDeskOptions;
  /** Unused redirect URLs from the start of the job; each is valid for one visit. */
  readonly #unused = new Map<number, string>();

  constructor(options: SigningDeskOptions) {
    this.#options = options;
  }

  /** Stores the redirect URLs from the start of the job. */
  open({ redirects }: StartedDirectJob): void {
    for (const { signer, redirectUrl } of redirects) this.#unused.set(signer, redirectUrl);
  }

  /** The redirect URL for a signer's browser: first the one from the start of the job, then new ones. */
  async redirectUrlFor(signer: number): Promise<string> {
    const { client, reference, view } = this.#options;
    const unused = this.#unused.get(signer);
    this.#unused.delete(signer);
    const redirectUrl = unused ?? (await client.createRedirectUrl(reference, { signer })).redirectUrl;
    const which = unused === undefined ? 'a new redirect URL' : 'the redirect URL';
    view.log(`→ signer ${signer} is sent to ${which} ${redirectUrl}`);
    return redirectUrl;
  }

  /** As {@link SigningClient.makeExitUrls}. */
  makeExitUrls(options: MakeExitUrlsOptions): ExitUrls {
    return this.#options.client.makeExitUrls(options);
  }

  /** As {@link SigningClient.checkExitUrl}. */
  checkExitUrl(visited: ExitUrlToCheck): ExitUrlCheck {
    return this.#options.client.checkExitUrl(visited);
  }

  /** Passes on the token of a returned browser, and reports how long the answer took. */
  async signerReturned(reference: string, options: SignerReturnedOptions): Promise<SignerReturnedAnswer> {
    const { client, view } = this.#options;
    const startedAt = Date.now();
    const answer = await client.signerReturned(reference, options);
    const took = formatMilliseconds(Date.now() - startedAt);
    const how = stateInWords(answer.outcome ?? 'WAITING_FOR_SIGNERS');
    view.log(`← a signer returned with a token; answer after ${took}: ${how}`);
    return answer;
  }

  /** Reports the reason of an error page. */
  trouble(error: unknown): void {
    const { signal, view } = this.#options;
    if (signal.aborted) return;
    view.log(`! ${error instanceof Error ? error.message : String(error)}`);
  }
}
