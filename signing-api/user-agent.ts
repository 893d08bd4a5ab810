import { readFileSync } from 'node:fs';

// Two levels above dist/signing-api.
const PACKAGE = new URL('../package.json', import.meta.url);

/** How we introduce ourselves to the service, such as `signering-workflows/0.1.0 (Node.js 20.19.0) Archive/2`. */
export function userAgent(suffix: string | undefined): string {
  const { name, version } = JSON.parse(readFileSync(PACKAGE, 'utf8')) as { name: string; version: string };
  const own = `${name}/${version} (Node.js ${process.versions.node})`;
  return suffix === undefined ? own : `${own} ${suffix}`;
}
