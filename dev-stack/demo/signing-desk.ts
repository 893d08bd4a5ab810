import type {
  ExitUrlsOptions,
  ReturnedOptions,
  SigningClient,
  StartedDirectJob,
  VisitedExitUrl,
} from '@signering/client';
import type { SignerReturnedAnswer } from '@signering/contract';
import type { ExitUrls } from '@signering/schema';
import { formatMilliseconds, type LiveView, stateInWords } from '@signering/cli';

/** The argument of {@link SigningDesk}. */
export interface SigningDeskOptions {
  readonly client: SigningClient;
  readonly reference: string;
  readonly view: LiveView;
  /** Reports nothing after it is aborted. */
  readonly signal: AbortSignal;
}

/** What a web site does when signers go and come, and tells of it. */
export class SigningDesk {
  readonly #options: SigningDeskOptions;
  /** The redirect URLs that came with the job, until they are used: each is good for one visit. */
  readonly #unused = new Map<number, string>();

  constructor(options: SigningDeskOptions) {
    this.#options = options;
  }

  /** Takes the redirect URLs that came with the job. */
  open({ signers }: StartedDirectJob): void {
    for (const { signer, redirectUrl } of signers) this.#unused.set(signer, redirectUrl);
  }

  /** Where a signer's browser is to be sent now: the first time the URL that came with the job, then fresh ones. */
  async redirectUrlFor(signer: number): Promise<string> {
    const { client, reference, view } = this.#options;
    const unused = this.#unused.get(signer);
    this.#unused.delete(signer);
    const redirectUrl = unused ?? (await client.createRedirectUrl(reference, { signer }));
    const which = unused === undefined ? 'a fresh redirect URL' : 'the redirect URL';
    view.tell(`→ signer ${signer} is sent to ${which} ${redirectUrl}`);
    return redirectUrl;
  }

  /** As {@link SigningClient.exitUrlsFor}. */
  exitUrlsFor(options: ExitUrlsOptions): ExitUrls {
    return this.#options.client.exitUrlsFor(options);
  }

  /** As {@link SigningClient.checkExitUrl}. */
  checkExitUrl(visited: VisitedExitUrl): boolean {
    return this.#options.client.checkExitUrl(visited);
  }

  /** Hands in the token with which a browser came back, and tells how soon the answer was there. */
  async signerReturned(
    reference: string,
    statusQueryToken: string,
    options: ReturnedOptions,
  ): Promise<SignerReturnedAnswer> {
    const { client, view } = this.#options;
    const startedAt = Date.now();
    const answer = await client.signerReturned(reference, statusQueryToken, options);
    const took = formatMilliseconds(Date.now() - startedAt);
    const how = stateInWords(answer.outcome ?? 'WAITING_FOR_SIGNERS');
    view.tell(`← a signer came back with a token; the answer after ${took}: ${how}`);
    return answer;
  }

  /** Reports why a visitor got an error page. */
  trouble(error: unknown): void {
    const { signal, view } = this.#options;
    if (signal.aborted) return;
    view.tell(`! ${error instanceof Error ? error.message : String(error)}`);
  }
}
