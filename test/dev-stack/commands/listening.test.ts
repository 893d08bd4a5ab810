import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { SIGNERING_COMMAND, withoutSettings } from '@signering/dev-stack/internal/processes/index.js';
import { freshFolder, waitFor } from '../../fixtures/index.js';

const LISTENS = '0A';
const PARTS = ['temporal', 'sandbox', 'worker', 'codec-server', 'portal'] as const;

/** The addresses on which a process listens, from Linux's list of sockets. */
function listeningAddresses(pid: number): readonly string[] {
  const folder = `/proc/${pid}/fd`;
  const files = readdirSync(folder).map((name) => {
    try {
      return readlinkSync(join(folder, name));
    } catch {
      return 'closed since';
    }
  });
  const own = new Set(files);
  return ['tcp', 'tcp6'].flatMap((table) =>
    readFileSync(`/proc/${pid}/net/${table}`, 'utf8')
      .trim()
      .split('\n')
      .slice(1)
      .map((row) => row.trim().split(/\s+/u))
      .filter((cells) => cells[3] === LISTENS && own.has(`socket:[${cells[9]}]`))
      .map((cells) => addressOf(cells[1] ?? '')),
  );
}

/** @param hexadecimal such as `0100007F:1F90` */
function addressOf(hexadecimal: string): string {
  const [host = '', port = ''] = hexadecimal.split(':');
  if (host.length > 8) return `IPv6 ${host}:${Number.parseInt(port, 16)}`;
  return `${Buffer.from(host, 'hex').reverse().join('.')}:${Number.parseInt(port, 16)}`;
}

const isLoopback = (address: string) => address.startsWith('127.0.0.1:');

describe('what listens under signering dev', function () {
  let said: string;
  let logOf: (part: string) => string;
  let addresses: ReadonlyMap<(typeof PARTS)[number] | 'dev', readonly string[]>;

  before(async function () {
    if (process.platform !== 'linux') this.skip();
    const cwd = freshFolder('listening');
    const folder = join(cwd, '.signering');
    const dev = spawn(process.execPath, [SIGNERING_COMMAND, 'dev'], {
      cwd,
      env: withoutSettings(process.env),
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let [printed, progress] = ['', ''];
    dev.stdout.on('data', (chunk: Buffer) => (printed += chunk.toString()));
    dev.stderr.on('data', (chunk: Buffer) => (progress += chunk.toString()));
    await waitFor(() => printed.includes('Ctrl-C stops everything'), {
      what: 'the stack is up',
      explain: () => progress,
    });
    said = printed;
    const pidOf = (part: string) =>
      (JSON.parse(readFileSync(join(folder, `${part}.process.json`), 'utf8')) as { readonly pid: number })
        .pid;
    addresses = new Map([
      ['dev', listeningAddresses(dev.pid!)],
      ...PARTS.map((part) => [part, listeningAddresses(pidOf(part))] as const),
    ]);
    const logs = PARTS.map((part) => [part, readFileSync(join(folder, `${part}.log`), 'utf8')] as const);
    logOf = (part) => logs.find(([name]) => name === part)?.[1] ?? '';
    dev.kill('SIGTERM');
    await once(dev, 'exit');
  });

  it('is on loopback only', () => {
    assert.deepEqual(
      [...addresses.values()].flat().filter((address) => !isLoopback(address)),
      [],
    );
    assert.deepEqual(addresses.get('dev'), []);
    for (const part of PARTS) assert.notDeepEqual(addresses.get(part), [], part);
  });

  it('is printed, each address with its purpose; the dev server of Temporal has internal ones too', () => {
    const lines = [...said.matchAll(/^ {2}\S.*? {2,}\S*?(127\.0\.0\.1:\d+)/gmu)];
    // The pages of the sandbox and its interface for programs are on one.
    const named = [...new Set(lines.map(([, address = '']) => address))];
    const ours = PARTS.filter((part) => part !== 'temporal').flatMap((part) => addresses.get(part) ?? []);
    const ofTemporal = named.filter((address) => !ours.includes(address));
    assert.deepEqual(named.toSorted(), [...ours, ...ofTemporal].sort(), said);
    assert.equal(ofTemporal.length, 2, 'Temporal and Temporal Web');
    for (const address of ofTemporal) assert.ok(addresses.get('temporal')?.includes(address), address);
  });

  it('is in the logs of the worker, the codec server and the portal, with the setting or purpose', () => {
    const logged = (part: string, purpose: RegExp) => {
      const lines = logOf(part)
        .split('\n')
        .filter((line) => purpose.test(line));
      return lines.flatMap((line) => /127\.0\.0\.1:\d+/u.exec(line) ?? []);
    };
    const ofWorker = logged('worker', /as SIGNERING_(?:METRICS|HEALTH)_ADDRESS says/u);
    assert.deepEqual(ofWorker.sort(), addresses.get('worker')?.toSorted());
    assert.deepEqual(
      logged('codec-server', /listens on .*, for Temporal Web and the temporal command/u),
      addresses.get('codec-server'),
    );
    assert.deepEqual(
      logged('portal', /listens on .*, as SIGNERING_PORTAL_LISTEN says, for browsers that open http/u),
      addresses.get('portal'),
    );
  });
});
