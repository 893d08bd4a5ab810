// The part that a web site of your own needs: send a customer off to sign, and see how it stands.
import { SigningError, type JobDescription, type SigningClient } from '@signering/client';
import type { Customer } from './customers.js';

export interface AgreementsOptions {
  readonly client: SigningClient;
  /** The PDF that everybody signs. */
  readonly file: string;
  /** Where browsers come back, as they see it. */
  readonly exitBaseUrl: string;
}

/** The agreement of each customer. */
export class Agreements {
  readonly #options: AgreementsOptions;
  /** How often a customer began anew. Belongs into your database: here a restart of the site forgets it. */
  readonly #attempts = new Map<string, number>();

  constructor(options: AgreementsOptions) {
    this.#options = options;
  }

  /** The identity of the customer's signature job: made of what you know anyway, and nothing personal. */
  referenceOf({ customerNumber }: Customer): string {
    return `garage/${customerNumber}/${this.#attempts.get(customerNumber) ?? 1}`;
  }

  /** Where to send the customer's browser now. Pressed again it is the same job, never a second one. */
  async sendOff(customer: Customer): Promise<string> {
    const { client, file, exitBaseUrl } = this.#options;
    const reference = this.referenceOf(customer);
    const job = await client.startDirectJob({
      reference,
      title: 'Agreement on a garage',
      documents: [{ file }],
      signers: [{ personalIdentificationNumber: customer.personalIdentificationNumber }],
      exitUrls: client.exitUrlsFor({ baseUrl: exitBaseUrl, reference }),
    });
    // A redirect URL is good for one visit: who has been sent off before needs a fresh one.
    const [first] = job.signers;
    return job.existing || first === undefined ? client.redirectUrl(reference, 1) : first.redirectUrl;
  }

  /** How the customer's agreement stands, or nothing before they have pressed Sign. */
  async find(customer: Customer): Promise<JobDescription | undefined> {
    try {
      return await this.#options.client.getJob(this.referenceOf(customer));
    } catch (error) {
      if (error instanceof SigningError && error.code === 'JOB_NOT_FOUND') return undefined;
      throw error;
    }
  }

  /** The signed copy, out of the archive. The reference comes from the session, never from the address. */
  async signedCopy(customer: Customer): Promise<Uint8Array> {
    return this.#options.client.signedDocument(this.referenceOf(customer));
  }

  /** Offers the agreement once more, as a new job under a new reference: the old one has ended. */
  async beginAnew(customer: Customer): Promise<void> {
    const job = await this.find(customer);
    if (job === undefined || !['REJECTED', 'EXPIRED', 'FAILED'].includes(job.state)) return;
    const { customerNumber } = customer;
    this.#attempts.set(customerNumber, (this.#attempts.get(customerNumber) ?? 1) + 1);
  }
}
