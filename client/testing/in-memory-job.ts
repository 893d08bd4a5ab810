import { randomInt, randomUUID } from 'node:crypto';
import {
  decisionOf,
  directSignersAtStart,
  MOST_FRESH_REDIRECT_URLS,
  numberOfDirectSigner,
  portalSignersAtStart,
  signerRedirectOf,
  waitingForOf,
  type ArchiveLocation,
  type ChosenSigner,
  type DecidedBy,
  type DirectSigningInput,
  type JobIdentity,
  type PortalSigningInput,
  type SignerProgress,
  type SignerRedirect,
  type SignerReturnedAnswer,
  type SigningOutcome,
  type RecordedDecision,
} from '@signering/contract';
import { DEFAULT_AVAILABLE_SECONDS, type KnownErrorCode, type KnownSignerStatus } from '@signering/schema';
import { CallRefusedError, JobEndedError, SigningFailedError } from '../errors.js';
import { describeResult, type JobDescription, type JobResult } from '../job-description.js';

/** What a signer does at the service. */
export type SignerAct = 'sign' | 'reject' | 'block' | 'fail';

/** Which signer acts. */
export interface ActingSigner {
  /** Counts from 1, in the order of the request. @default the first whose turn it is */
  readonly signer?: number | undefined;
}

/** What a signer's browser does after an act in the direct flow. */
export interface EndedCeremony {
  /**
   * Direct flow: the exit URL to which the service sends the browser, with `status_query_token`. Let your exit URL handler
   * answer it, or hand the token in with `signerReturned`. Absent in the portal flow.
   */
  readonly exitUrl?: string;
}

const STATUS_OF: Readonly<Record<SignerAct, KnownSignerStatus>> = {
  sign: 'SIGNED',
  reject: 'REJECTED',
  block: 'BLOCKED',
  fail: 'FAILED',
};
const MAY_STILL_SIGN: readonly SignerProgress['status'][] = ['WAITING', 'FAILED'];

/** The input of a job's workflow, with its flow. */
export type InMemoryInput =
  | { readonly flow: 'PORTAL'; readonly input: PortalSigningInput }
  | { readonly flow: 'DIRECT'; readonly input: DirectSigningInput };

/** A job at an imagined service, and what the sender knows of it. */
export class InMemoryJob {
  readonly started: InMemoryInput;
  readonly identity: JobIdentity;
  readonly signatureJobId = String(randomInt(1, 2 ** 31));
  readonly startedAt = new Date().toISOString();
  /** Of the process: when it had the outcome, or failed. */
  endedAt: string | undefined;
  /** At the service. */
  #signers: readonly SignerProgress[];
  #endedAtService = false;
  /** As far as the sender knows: in the direct flow, until a browser brings a token back. */
  #known: readonly SignerProgress[];
  #result: JobResult | undefined;
  #failure: SigningFailedError | undefined;
  #turnFrom: string;
  readonly #tokens = new Set<string>();
  #reported = false;
  #redirects: readonly SignerRedirect[];
  #freshRedirects = 0;
  #decisions: readonly RecordedDecision[] | undefined;
  readonly #archive: (job: InMemoryJob, outcome: SigningOutcome) => ArchiveLocation;
  readonly #onChange = new Set<() => void>();

  /** @param archive stores what the service hands out of an ended job */
  constructor(
    started: InMemoryInput,
    archive: (job: InMemoryJob, outcome: SigningOutcome) => ArchiveLocation,
  ) {
    const { organizationNumber, reference } = started.input;
    this.started = started;
    this.identity = { flow: started.flow, organizationNumber, reference };
    this.#archive = archive;
    this.#signers =
      started.flow === 'DIRECT'
        ? directSignersAtStart(started.input.job.signers)
        : portalSignersAtStart(started.input.job.signers);
    this.#known = this.#signers;
    const activation = started.flow === 'PORTAL' ? started.input.job.availability?.activationTime : undefined;
    const beginsAt = Math.max(Date.parse(activation ?? this.startedAt), Date.parse(this.startedAt));
    this.#turnFrom = new Date(beginsAt).toISOString();
    this.#redirects = this.#signers.map(({ signer }) => this.#freshRedirect(signer));
  }

  get reference(): string {
    return this.identity.reference;
  }

  get signers(): readonly SignerProgress[] {
    return this.#known;
  }

  get outcome(): JobResult['outcome'] | undefined {
    return this.#result?.outcome;
  }

  get result(): JobResult | undefined {
    return this.#result;
  }

  get failure(): SigningFailedError | undefined {
    return this.#failure;
  }

  get decisions(): readonly RecordedDecision[] | undefined {
    return this.#decisions;
  }

  get redirects(): readonly SignerRedirect[] {
    return this.#redirects;
  }

  describe(): JobDescription {
    if (this.#result !== undefined) return describeResult(this.#result);
    const { deadline } = this;
    const described = {
      ...this.identity,
      startedAt: this.startedAt,
      signatureJobId: this.signatureJobId,
      state: 'WAITING_FOR_SIGNERS' as const,
      signers: this.#known,
      steps: [],
      ...this.#metadata,
      ...(this.#decisions !== undefined && { decisions: this.#decisions }),
    };
    return this.#failure === undefined
      ? { ...described, status: 'RUNNING', deadline, waitingFor: waitingForOf(this.#known) }
      : {
          ...described,
          status: 'PROCESS_FAILED',
          endedAt: this.endedAt ?? this.startedAt,
          deadline,
          failure: this.#failure.failure,
        };
  }

  get #metadata(): Pick<JobResult, 'metadata'> {
    const { metadata } = this.started.input.job;
    return metadata === undefined ? {} : { metadata };
  }

  get deadline(): string {
    const seconds =
      this.started.flow === 'PORTAL'
        ? (this.started.input.job.availability?.availableSeconds ?? DEFAULT_AVAILABLE_SECONDS)
        : DEFAULT_AVAILABLE_SECONDS;
    return new Date(Date.parse(this.#turnFrom) + seconds * 1000).toISOString();
  }

  /** Resolves at the next change. */
  changed(): Promise<void> {
    return new Promise((resolve) => this.#onChange.add(resolve));
  }

  /**
   * A signer acts at the service.
   * @returns in the direct flow, the exit URL to which the service sends the browser
   * @throws Error when it is not the signer's turn: the test has a mistake
   */
  act(act: SignerAct, number?: number): string | undefined {
    const acting = this.#turnOf(act, number);
    if (act === 'fail' && this.started.flow === 'PORTAL') {
      throw new Error('The portal flow has no status for a failed ceremony: the signer tries again.');
    }
    const others = act === 'sign' || act === 'fail' ? undefined : 'NOT_APPLICABLE';
    this.#signers = withStatus(this.#signers, (signer) =>
      signer === acting.signer ? STATUS_OF[act] : others,
    );
    this.#endedAtService = others !== undefined || this.#signers.every(({ status }) => status === 'SIGNED');
    if (act === 'sign') this.#turnFrom = new Date().toISOString();
    return this.#afterAct(act);
  }

  /** The time of the signers whose turn it is runs out. @throws Error when the job has ended */
  expire(): void {
    this.#demandOpen('expire');
    const waiting = waitingForOf(this.#signers);
    this.#signers = withStatus(this.#signers, (signer) =>
      waiting.includes(signer) ? 'EXPIRED' : 'NOT_APPLICABLE',
    );
    this.#endedAtService = true;
    this.#afterExpiry();
  }

  /** The sender cancels. */
  cancel(decidedBy: DecidedBy): void {
    this.#decisions = [decisionOf('CANCEL', decidedBy, new Date())];
    this.#signers = withStatus(this.#signers, () => 'CANCELLED');
    this.#endedAtService = true;
    this.#report();
  }

  /** The signing process fails. @throws Error when the job has ended */
  failProcess(code: KnownErrorCode, reason: string): void {
    this.#demandOpen('fail');
    this.#failure = new SigningFailedError({ reference: this.reference, code, reason });
    this.endedAt = new Date().toISOString();
    this.tell();
  }

  /** The same job was sent again: a process that failed starts again, and learns what has happened at the service. */
  restart(): void {
    if (this.#failure === undefined) return;
    this.#failure = undefined;
    this.endedAt = undefined;
    if (this.#signers.some(({ status }) => status === 'EXPIRED')) this.#afterExpiry();
    else if (this.#isReported) this.#report();
  }

  /** A browser brings a token. @throws the failure of the process, STATUS_QUERY_TOKEN_INVALID for a token of another job */
  handIn(token: string): SignerReturnedAnswer {
    if (this.#failure !== undefined) throw this.#failure;
    if (this.outcome === undefined) {
      if (!this.#tokens.has(token)) {
        throw this.#refused('STATUS_QUERY_TOKEN_INVALID', 'The token does not belong to this job.');
      }
      this.#reported = true;
      this.#report();
    }
    const { signatureJobId, signers, outcome } = this;
    return { signatureJobId, signers, ...(outcome !== undefined && { outcome }) };
  }

  /** @throws JOB_ENDED, SIGNER_NOT_FOUND, SIGNER_NOT_WAITING, TOO_MANY_REDIRECT_URLS */
  createRedirectUrl(chosen: ChosenSigner): SignerRedirect {
    if (this.#result !== undefined || this.#failure !== undefined) throw new JobEndedError(this.reference);
    const number =
      this.started.flow === 'DIRECT'
        ? numberOfDirectSigner(this.started.input.job.signers, chosen)
        : undefined;
    const found = this.#known.find(({ signer }) => signer === number);
    if (found === undefined) {
      throw this.#refused('SIGNER_NOT_FOUND', 'The job has no such signer: name a signer as in the request.');
    }
    if (!MAY_STILL_SIGN.includes(found.status)) {
      throw this.#refused('SIGNER_NOT_WAITING', `Signer ${found.signer} has finished: ${found.status}.`);
    }
    this.#freshRedirects += 1;
    if (this.#freshRedirects > MOST_FRESH_REDIRECT_URLS) {
      throw this.#refused(
        'TOO_MANY_REDIRECT_URLS',
        `The job has had ${MOST_FRESH_REDIRECT_URLS} redirect URLs.`,
      );
    }
    const fresh = this.#freshRedirect(found.signer);
    this.#redirects = this.#redirects.map((redirect) =>
      redirect.signer === fresh.signer ? fresh : redirect,
    );
    return fresh;
  }

  /** No server answers there. */
  #freshRedirect(signer: number): SignerRedirect {
    const signers = this.started.flow === 'DIRECT' ? this.started.input.job.signers : [];
    const redirectUrl = `https://signering.invalid/redirect/${randomUUID()}`;
    return signerRedirectOf(signers, { signer, redirectUrl });
  }

  #refused(code: KnownErrorCode, reason: string): CallRefusedError {
    return new CallRefusedError({ reference: this.reference, code, reason });
  }

  #turnOf(act: string, number: number | undefined): SignerProgress {
    this.#demandOpen(act);
    const waiting = waitingForOf(this.#signers);
    const acting = this.#signers.find(({ signer }) => signer === (number ?? waiting[0]));
    if (acting === undefined)
      throw new Error(`The job of reference "${this.reference}" has no signer ${number}.`);
    if (!waiting.includes(acting.signer)) {
      const why = acting.status === 'WAITING' ? 'signers of a lower order sign first' : acting.status;
      throw new Error(`Signer ${acting.signer} of reference "${this.reference}" cannot ${act}: ${why}.`);
    }
    return acting;
  }

  #demandOpen(act: string): void {
    if (!this.#endedAtService && this.#result === undefined) return;
    throw new Error(`The job of reference "${this.reference}" has ended at the service: it cannot ${act}.`);
  }

  /** The status comes from a queue. */
  get #isReported(): boolean {
    return this.started.input.job.pollingQueue !== undefined;
  }

  #afterAct(act: SignerAct): string | undefined {
    if (this.#isReported) this.#report();
    if (this.started.flow === 'PORTAL') return undefined;
    const { completionUrl, rejectionUrl, errorUrl } = this.started.input.job.exitUrls;
    const url = act === 'sign' ? completionUrl : act === 'reject' ? rejectionUrl : errorUrl;
    const token = randomUUID();
    this.#tokens.add(token);
    const [address = '', fragment] = url.split('#', 2);
    const query = `${address.includes('?') ? '&' : '?'}status_query_token=${token}`;
    return `${address}${query}${fragment === undefined ? '' : `#${fragment}`}`;
  }

  #afterExpiry(): void {
    if (this.#isReported || this.#reported) this.#report();
    else if (this.#failure === undefined) this.#end('NOT_REPORTED');
  }

  /** The process learns where the job stands at the service, unless it has failed. */
  #report(): void {
    if (this.#failure !== undefined) return;
    this.#known = this.#signers;
    if (this.#endedAtService && this.#result === undefined) this.#end(outcomeOf(this.#signers));
    this.tell();
  }

  #end(outcome: SigningOutcome): void {
    const archive = this.#archive(this, outcome);
    const endedAt = new Date().toISOString();
    this.endedAt = endedAt;
    this.#result = {
      ...this.identity,
      startedAt: this.startedAt,
      endedAt,
      signatureJobId: this.signatureJobId,
      outcome,
      signers: this.#known,
      steps: [],
      archive,
      ...this.#metadata,
      ...(this.#decisions !== undefined && { decisions: this.#decisions }),
    };
    this.tell();
  }

  /** Lets all waits look again. */
  tell(): void {
    for (const tell of this.#onChange) tell();
    this.#onChange.clear();
  }
}

/** Gives signers who have not signed another status. */
function withStatus(
  signers: readonly SignerProgress[],
  statusOf: (signer: number) => KnownSignerStatus | undefined,
): readonly SignerProgress[] {
  const since = new Date().toISOString();
  return signers.map((progress) => {
    const status = progress.status === 'SIGNED' ? undefined : statusOf(progress.signer);
    return status === undefined ? progress : { ...progress, status, since };
  });
}

function outcomeOf(signers: readonly SignerProgress[]): SigningOutcome {
  const has = (wanted: string): boolean => signers.some(({ status }) => status === wanted);
  if (signers.every(({ status }) => status === 'SIGNED')) return 'SIGNED';
  if (has('REJECTED')) return 'REJECTED';
  if (has('CANCELLED')) return 'CANCELLED';
  return has('EXPIRED') ? 'EXPIRED' : 'FAILED';
}
