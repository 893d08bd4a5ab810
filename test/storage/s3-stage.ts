import { Readable } from 'node:stream';
import { openStorage, type ArchivedJob, type S3Options, type Storage } from '@signering/storage';
import { requireS3Server, type S3Server } from '../fixtures/index.js';
import { CLAIMED_INPUT } from './encrypted-input.js';
import { startS3Proxy, type ProxyRules, type S3Proxy } from './s3-proxy.js';

/** A job whose reference needs encoding in a key. */
export const JOB: ArchivedJob = {
  organizationNumber: '910000007',
  reference: 'lease/2026 #1',
  signatureJobId: '42',
  createdAt: '2026-03-01T12:00:00.000Z',
};

/** Of {@link JOB}. */
export const CLAIM = {
  organizationNumber: JOB.organizationNumber,
  reference: JOB.reference,
  flow: 'PORTAL',
  pollingQueue: 'q',
  contentDigest: 'a'.repeat(64),
  ...CLAIMED_INPUT,
} as const;

export const UNAVAILABLE = { code: 'STORAGE_UNAVAILABLE', retryable: true };

/** Buckets of the tests' S3 server, and proxies before it. */
export class S3Stage {
  readonly #proxies: S3Proxy[] = [];
  #server: S3Server | undefined;
  /** Of the running test. */
  bucket = '';

  get server(): S3Server {
    if (this.#server === undefined) throw new Error('The server is there from the first test on.');
    return this.#server;
  }

  /** Opens the storage of the test's bucket as a worker does. */
  open(s3: S3Options = {}): Promise<Storage> {
    const location = `s3://${this.bucket}/signering`;
    return openStorage({ location, s3: { endpoint: this.server.endpoint, ...s3 }, create: true });
  }

  /** Starts a proxy before the server, for the running test. */
  async proxied(rules: ProxyRules): Promise<S3Proxy> {
    const proxy = await startS3Proxy(this.server.endpoint, rules);
    this.#proxies.push(proxy);
    return proxy;
  }

  /** Adds the hooks of a suite. */
  use(): this {
    const start = (server: S3Server): void => {
      this.#server = server;
    };
    before(async function () {
      start(await requireS3Server(this));
    });
    beforeEach(async () => {
      this.bucket = await this.server.createBucket();
    });
    afterEach(async () => {
      for (const proxy of this.#proxies.splice(0)) await proxy.close();
    });
    return this;
  }
}

/** Archives a document of {@link JOB}. */
export function archive(storage: Storage, content: Uint8Array, name = 'signed.pdf') {
  return storage.archive.put({
    job: JOB,
    name,
    content: Readable.from([content]),
    verify: () => Promise.resolve(undefined),
  });
}
