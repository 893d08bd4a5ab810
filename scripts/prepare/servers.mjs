/** Finds or downloads the Temporal dev server and the time-skipping test server, so that no test has to. */
export async function prepareServers() {
  const { findTemporalExecutable, findTimeSkippingServer } = await import('@signering/dev-stack');
  await findTemporalExecutable({ env: process.env });
  await findTimeSkippingServer({ env: process.env });
}
