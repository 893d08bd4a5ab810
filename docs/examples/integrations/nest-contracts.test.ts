import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { Test, type TestingModule } from '@nestjs/testing';
import { InMemorySigningClient } from '@signering/client/testing';
import { ContractsModule, ContractsService, SIGNING } from './nest-contracts.js';

describe('ContractsService', () => {
  let signing: InMemorySigningClient;
  let module: TestingModule;
  let contracts: ContractsService;
  let pdf: Uint8Array;

  beforeEach(async () => {
    pdf = await readFile('docs/examples/contract.pdf');
    signing = new InMemorySigningClient();
    module = await Test.createTestingModule({ imports: [ContractsModule] })
      .overrideProvider(SIGNING)
      .useValue(signing)
      .compile();
    contracts = module.get(ContractsService);
    await contracts.send({ number: '17', pdf, emailAddress: 'kari@example.com' });
  });
  afterEach(() => module.close());

  it('gives the signed contract when the signer has signed', async () => {
    const signed = contracts.signed('17');
    assert.equal(await contracts.stateOf('17'), 'WAITING_FOR_SIGNERS');
    signing.sign('contract-17', { signer: 1 });
    assert.ok((await signed) instanceof Uint8Array);
    assert.equal(await contracts.stateOf('17'), 'SIGNED');
  });

  it('gives nothing when the signer rejects the contract', async () => {
    signing.reject('contract-17', { signer: 1 });
    assert.equal(await contracts.signed('17'), undefined);
  });

  it('refuses other content under the number of a contract that was sent', async () => {
    const other = { number: '17', pdf, emailAddress: 'ola@example.com' };
    await assert.rejects(contracts.send(other), { code: 'REFERENCE_IN_USE' });
  });
});
