// What your own web site needs: redirect a customer to sign, and show the state.
import {
  SigningError,
  type JobDescription,
  type SignedDocumentStream,
  type SigningClient,
} from '@signering/client';
import type { Customer } from './customers.js';

export interface AgreementsOptions {
  readonly client: SigningClient;
  /** The PDF that every customer signs. */
  readonly file: string;
  /** Where browsers come back, as they see it. */
  readonly exitBaseUrl: string;
}

/** The agreement of each customer. */
export class Agreements {
  readonly #options: AgreementsOptions;
  /** How often a customer started again. Store it in your database: here a restart of the site loses it. */
  readonly #attempts = new Map<string, number>();

  constructor(options: AgreementsOptions) {
    this.#options = options;
  }

  /** The identity of the customer's signature job: derived from data that you have, without personal data. */
  referenceOf({ customerNumber }: Customer): string {
    return `garage/${customerNumber}/${this.#attempts.get(customerNumber) ?? 1}`;
  }

  /** Where to send the customer's browser now. Pressing again continues the same job. */
  async sendOff(customer: Customer): Promise<string> {
    const { client, file, exitBaseUrl } = this.#options;
    const reference = this.referenceOf(customer);
    const job = await client.startDirectJob({
      reference,
      title: 'Agreement on a garage',
      documents: [{ file }],
      signers: [{ personalIdentificationNumber: customer.personalIdentificationNumber }],
      exitUrls: client.makeExitUrls({ baseUrl: exitBaseUrl, reference }),
    });
    // A redirect URL is valid for one visit: a signer who was redirected before needs a fresh one.
    const [first] = job.redirects;
    const isUnused = !job.existing && first !== undefined;
    const { redirectUrl } = isUnused ? first : await client.createRedirectUrl(reference, { signer: 1 });
    return redirectUrl;
  }

  /** The state of the customer's agreement; undefined before they have pressed Sign. */
  async find(customer: Customer): Promise<JobDescription | undefined> {
    try {
      return await this.#options.client.getJob(this.referenceOf(customer));
    } catch (error) {
      if (error instanceof SigningError && error.code === 'JOB_NOT_FOUND') return undefined;
      throw error;
    }
  }

  /** The signed copy from the archive. The reference comes from the session, never from the URL. */
  async signedCopy(customer: Customer): Promise<SignedDocumentStream> {
    return this.#options.client.signedDocumentStream(this.referenceOf(customer));
  }

  /** Offers the agreement again, as a new job with a new reference, because the old one has ended. */
  async beginAnew(customer: Customer): Promise<void> {
    const job = await this.find(customer);
    if (job === undefined || !['REJECTED', 'EXPIRED', 'FAILED'].includes(job.state)) return;
    const { customerNumber } = customer;
    this.#attempts.set(customerNumber, (this.#attempts.get(customerNumber) ?? 1) + 1);
  }
}
