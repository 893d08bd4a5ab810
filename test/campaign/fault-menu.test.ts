import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, connect, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { PROJECT } from '../docs/project-files.js';
import { freshFolder } from '../fixtures/index.js';
import { SeededRandom } from '../fuzz/seeded-random.js';
import { seeded } from '../seed.js';
import { FAULT_KINDS } from '@signering/sandbox/internal/faults/fault-kinds.js';
import { AGREEMENT_KINDS, courseOf, planCampaign, type AgreementKind } from './agreement-plan.js';
import { OTHER_BUILD } from './campaign-worker.js';
import { changed } from './changed-build.js';
import { nameOfEntry } from './damaged-entries.js';
import { CarriedOutFaults } from './disturbances.js';
import { FAULT_MENU, faultKind, faultMenuFor, formatFaultMenu } from './fault-menu.js';
import type { FaultParts } from './faults/fault-kind.js';
import { SERVICE_FAULTS } from './faults/service-faults.js';
import { TcpProxy, type NetworkFault } from './tcp-proxy.js';

describe('the fault menu', () => {
  it('has at least 40 kinds for each storage, with unique names, and --list prints each', () => {
    const names = FAULT_MENU.map(({ name }) => name);
    assert.equal(new Set(names).size, names.length);
    for (const storage of ['FOLDER', 'S3'] as const) assert.ok(faultMenuFor(storage).length >= 40, storage);
    for (const name of names) assert.match(formatFaultMenu(), new RegExp(`^${name} `, 'mu'));
  });

  it('has every fault of the sandbox', () => {
    const used = new Set(SERVICE_FAULTS.flatMap(({ orders }) => orders.map(({ fault }) => fault)));
    assert.deepEqual([...used].sort(), FAULT_KINDS.map(({ name }) => name).sort());
  });

  it('is used evenly: a plan has every kind as often as the others, and a short one any of them', () => {
    const menu = faultMenuFor('FOLDER').map(({ name }) => name);
    const random = new SeededRandom(seeded({}).seed, 1);
    const { disturbances } = planCampaign({ agreements: 14, disturbances: 3 * menu.length, menu, random });
    for (const name of menu) assert.equal(disturbances.filter((one) => one === name).length, 3, name);
    const reached = new Set<string>();
    for (let plan = 0; reached.size < menu.length && plan < 1000; plan += 1) {
      for (const one of planCampaign({ agreements: 14, disturbances: 4, menu, random }).disturbances)
        reached.add(one);
    }
    assert.equal(reached.size, menu.length);
  });

  it('meets every kind of agreement; those that end when a month has passed begin last, and are few', () => {
    const random = new SeededRandom(seeded({}).seed, 1);
    const kinds = Object.keys(AGREEMENT_KINDS) as AgreementKind[];
    const isLast = ({ kind }: { readonly kind: AgreementKind }) => courseOf(kind).isLast === true;
    for (const [times, lastCount] of [
      [1, 1],
      [20, 5],
    ] as const) {
      const { agreements } = planCampaign({
        agreements: times * kinds.length,
        disturbances: 0,
        menu: [],
        random,
      });
      assert.equal(agreements.length, times * kinds.length);
      assert.deepEqual(new Set(agreements.map(({ kind }) => kind)), new Set(kinds));
      assert.equal(agreements.filter(isLast).length, lastCount);
      assert.ok(agreements.slice(-lastCount).every(isLast));
      assert.equal(new Set(agreements.map(({ reference }) => reference)).size, agreements.length);
    }
  });

  it('has another build: each of its changes fits the compiled code', () => {
    for (const change of OTHER_BUILD) changed(readFileSync(join(PROJECT, change.file), 'utf8'), change);
  });
});

describe('the count of faults', () => {
  it('has those that were carried out, with what they met, and not one that failed', async () => {
    const faults = new CarriedOutFaults();
    const lines: string[] = [];
    const report = (line: string) => lines.push(line);
    await faults.count('KILL_WORKER', () => Promise.resolve(1), report);
    await faults.count('KILL_WORKER', () => Promise.resolve(2), report);
    await faults.count('DISK_FULL', () => Promise.resolve(0), report);
    await faults.count('KILL_SANDBOX', () => Promise.reject(new Error('it did not start')), report);
    assert.deepEqual(faults.byKind, {
      KILL_WORKER: { times: 2, met: 3 },
      DISK_FULL: { times: 1, met: 0 },
    });
    assert.equal(lines.at(-1), 'KILL_SANDBOX was not carried out: it did not start');
  });
});

describe('the fault of an expired certificate', () => {
  /** @returns what the fault met while the worker logged these lines */
  async function metWith(logged: readonly string[]): Promise<number> {
    const used: number[] = [];
    const steps: string[] = [];
    let [log, expires] = ['', new Date()];
    const worker = {
      logged: () => log,
      useCertificate: ({ validMs }: { readonly validMs: number }) => {
        used.push(validMs);
        expires = new Date(validMs);
        return Promise.resolve(expires);
      },
      signal: () => {
        const isRefused = used.length === 1;
        log += isRefused
          ? `it expired at ${expires.toISOString()}; order a new one`
          : 'The certificates were renewed.';
      },
    };
    const service = {
      disturb: () => steps.push('disturbed'),
      lift: () => {
        steps.push('lifted');
        log += logged.join('\n');
      },
    };
    const parts = { worker, proxies: { service }, isLong: false, over: AbortSignal.abort() };
    const met = await faultKind('CERTIFICATE_EXPIRED').happen(parts as unknown as FaultParts);
    assert.deepEqual(steps, ['disturbed', 'lifted']);
    const [first = 0, second = 0, renewed = 0] = used;
    assert.ok(
      first < second && second < renewed,
      'the second is valid for longer, and the last one is for good',
    );
    return met;
  }

  it('meets the calls of a busy worker, which reads the first one when it has expired', async () => {
    const refused = '{"error":{"code":"CERTIFICATE_EXPIRED"},"msg":"Activity failed"}';
    assert.equal(await metWith([refused, refused]), 2);
  });

  it('meets nothing when the worker makes no call in that time', async () => {
    assert.equal(await metWith([]), 0);
  });
});

describe('the fault of a damaged ledger entry', () => {
  /** @returns what the fault met while the worker logged this line about the entry */
  async function metWith(logged: string): Promise<number> {
    const storageFolder = freshFolder('storage');
    const folder = join(storageFolder, 'ledger', '1', 'references', nameOfEntry('agreement-1'));
    mkdirSync(folder, { recursive: true });
    const entry = '{"attempts":[]}';
    writeFileSync(join(folder, '1.json'), entry);
    const isTorn = () => readFileSync(join(folder, '1.json'), 'utf8') !== entry;
    const jobs = [{ signatureJobId: '4711', reference: 'agreement-1' }];
    const parts = {
      worker: { logged: () => (isTorn() ? `ready\n${logged}` : 'ready') },
      stack: { storageFolder, admin: { jobs: () => Promise.resolve(jobs) } },
      ...{ organizationNumber: '1', references: () => ['agreement-1'] },
      ...{ random: new SeededRandom(1, 1), isLong: false, over: AbortSignal.abort() },
    };
    const met = await faultKind('DAMAGED_ENTRY').happen(parts as unknown as FaultParts);
    assert.ok(!isTorn());
    return met;
  }

  it('meets what the worker says about this entry, and nothing when no step reads it', async () => {
    const refused = (name: string) => `{"error":{"code":"STORED_CONTENT_DAMAGED"},"position":"1/${name}"}`;
    assert.equal(await metWith(refused(nameOfEntry('agreement-1'))), 1);
    assert.equal(await metWith('{"signatureJobId":"4711","code":"STORED_CONTENT_DAMAGED"}'), 1);
    assert.equal(await metWith(refused(nameOfEntry('agreement-2'))), 0);
    assert.equal(await metWith(''), 0);
  });
});

describe('the proxy of the fault menu', () => {
  const WHOLE_ARRIVES = new Set(['DELAYED', 'THROTTLED', 'SPLIT', 'SILENT', 'GARBLED']);

  /** Sends a text through a disturbed proxy to a server that answers the same text; lifts the fault when it has met it. */
  async function echoed(fault: NetworkFault, text: string): Promise<string> {
    const server = createServer({ allowHalfOpen: true }, (socket) =>
      socket.on('error', () => undefined).pipe(socket),
    );
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const proxy = await TcpProxy.start({ host: '127.0.0.1', port: (server.address() as AddressInfo).port });
    try {
      proxy.disturb(fault);
      const socket = connect({ port: proxy.port, host: '127.0.0.1', allowHalfOpen: true });
      const chunks: Buffer[] = [];
      socket.on('data', (chunk: Buffer) => chunks.push(chunk));
      let how = '';
      socket.on('error', (error: NodeJS.ErrnoException) => (how = ` ${error.code ?? ''}`));
      socket.on('end', () => socket.destroy());
      const closed = new Promise((resolve) => socket.once('close', resolve));
      // Kept open for writing, because a closed direction hides a reset.
      socket.write(text);
      if (fault.kind === 'SILENT' || fault.kind === 'ANSWERS_LOST') {
        while (proxy.hits === 0) await new Promise((resolve) => setImmediate(resolve));
        assert.equal(chunks.length, 0);
        proxy.lift();
      }
      if (WHOLE_ARRIVES.has(fault.kind)) {
        while (Buffer.concat(chunks).length < text.length)
          await new Promise((resolve) => setImmediate(resolve));
        socket.destroy();
      }
      await closed;
      assert.ok(proxy.hits > 0, 'the fault has met something');
      return `${Buffer.concat(chunks).toString('latin1')}${how}`;
    } finally {
      await proxy.close();
      server.close();
    }
  }

  const WHOLE = 'abcdefghijklmnopqrstuvwxyz';
  const CASES: readonly (readonly [NetworkFault, RegExp])[] = [
    [{ kind: 'DELAYED', ms: 5 }, new RegExp(`^${WHOLE}$`, 'u')],
    [{ kind: 'THROTTLED', bytesPerSecond: 10_000 }, new RegExp(`^${WHOLE}$`, 'u')],
    [{ kind: 'SPLIT' }, new RegExp(`^${WHOLE}$`, 'u')],
    [{ kind: 'SILENT' }, new RegExp(`^${WHOLE}$`, 'u')],
    [{ kind: 'CUT' }, /^abcdefghijklm$/u],
    [{ kind: 'HALF_CLOSED' }, /^abcdefghijklm$/u],
    [{ kind: 'GARBLED' }, /^abcdefghijklmoopqrstuvwxyz$/u],
    [{ kind: 'RESET' }, /^(?:abcdefghijklm)?(?: ECONNRESET)?$/u],
    [{ kind: 'ANSWERS_LOST' }, /^ ECONNRESET$/u],
    [{ kind: 'REFUSED' }, /^ ECONNRESET$/u],
  ];
  for (const [fault, expected] of CASES) {
    it(`disturbs connections: ${fault.kind}`, async () => {
      assert.match(await echoed(fault, WHOLE), expected);
    });
  }
});
