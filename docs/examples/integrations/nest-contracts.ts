// NestJS: a service that has contracts signed, and the module that connects it. Its test runs without Temporal:
// nest-contracts.test.ts.
import { SigningClient, type JobDescription, type Signing } from '@signering/client';
import { Inject, Injectable, Module, type OnApplicationShutdown } from '@nestjs/common';

/** The token by which NestJS finds the client; a test gives it another one. */
export const SIGNING = Symbol('signing');

/** A contract to be signed. */
export interface Contract {
  readonly number: string;
  readonly pdf: Uint8Array;
  readonly emailAddress: string;
}

@Injectable()
export class ContractsService implements OnApplicationShutdown {
  readonly #signing: Signing;

  constructor(@Inject(SIGNING) signing: Signing) {
    this.#signing = signing;
  }

  /** Repeating is safe: a contract is sent once. */
  async send({ number, pdf, emailAddress }: Contract): Promise<void> {
    await this.#signing.startPortalJob({
      reference: `contract-${number}`,
      title: `Contract ${number}`,
      documents: [{ name: 'contract.pdf', content: pdf }],
      signers: [{ emailAddress }],
    });
  }

  async stateOf(number: string): Promise<JobDescription['state']> {
    const { state } = await this.#signing.getJob(`contract-${number}`);
    return state;
  }

  /** The signed contract; undefined when it ended without a signature. Waits as long as the signer does. */
  async signed(number: string): Promise<Uint8Array | undefined> {
    const { outcome } = await this.#signing.waitForResult(`contract-${number}`);
    return outcome === 'SIGNED' ? this.#signing.signedDocument(`contract-${number}`) : undefined;
  }

  async onApplicationShutdown(): Promise<void> {
    await this.#signing.close();
  }
}

@Module({
  providers: [{ provide: SIGNING, useFactory: () => SigningClient.connect() }, ContractsService],
  exports: [ContractsService],
})
export class ContractsModule {}
