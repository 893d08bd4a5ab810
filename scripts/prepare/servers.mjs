// Downloads the servers that the tests run against, so that no test has to.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { CHECKOUT } from './checkout.mjs';

/** Finds or downloads the Temporal dev server and the time-skipping test server. */
export async function prepareServers() {
  const compiled = join(CHECKOUT, 'dist', 'scripts', 'prepare-servers.js');
  if (!existsSync(compiled)) throw new Error('The compiled sources are missing: run `npm run build`.');
  const { prepareServers: prepare } = await import(pathToFileURL(compiled).href);
  await prepare();
}
