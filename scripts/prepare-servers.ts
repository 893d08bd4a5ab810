import {
  findTemporalExecutable,
  findTimeSkippingServer,
} from '@signering/dev-stack/internal/processes/index.js';

/** Finds or downloads the servers that the tests run against, so that no test has to. */
export async function prepareServers(): Promise<void> {
  await findTemporalExecutable({ env: process.env });
  await findTimeSkippingServer({ env: process.env });
}
