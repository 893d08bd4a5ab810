import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { EventEmitter, once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { SandboxAnnouncement } from '@signering/sandbox';
import { seeded } from '../../seed.js';
import { element } from '../stage/answer-elements.js';
import { signerByNumber } from '../stage/order.js';
import { Sender } from '../stage/sender.js';
import { keepCertificates, lendCertificates } from '../../fixtures/shared-certificates.js';

const PROGRAM = fileURLToPath(new URL('../stage/sandbox-process.js', import.meta.url));
const ROUNDS = 8;
/** Successes of a round before the kill. */
const MOST_CALLS = 12;
/** At most nine calls a second, or the rate limit would be all that is tested. */
const CALL_SPACING_MS = 112;

interface SandboxProcess {
  readonly announcement: SandboxAnnouncement;
  readonly child: ChildProcess;
}

interface AdminJob {
  readonly signatureJobId: string;
  readonly status: string;
  readonly signers: readonly { readonly status: string; readonly xades?: { readonly sha256: string } }[];
  readonly pades?: { readonly sha256: string };
  readonly deliveredVersion: number;
  readonly confirmedVersion: number;
  readonly latestVersion: number;
}

/** What the sandbox has said, and must not take back. */
interface Promised {
  readonly created: Set<string>;
  readonly signed: Map<string, { readonly xades: string }>;
  readonly confirmed: Set<string>;
}

describe('the state of the sandbox', () => {
  let stateFolder: string;
  let running: SandboxProcess | undefined;
  before(async () => {
    stateFolder = await mkdtemp(join(tmpdir(), 'signering-sandbox-'));
    await lendCertificates(stateFolder);
  });
  after(async () => {
    running?.child.kill('SIGKILL');
    await rm(stateFolder, { recursive: true, force: true });
  });

  async function start(): Promise<SandboxProcess> {
    const child = spawn(process.execPath, [PROGRAM, stateFolder], { stdio: ['ignore', 'pipe', 'inherit'] });
    const [line] = (await once(createInterface({ input: child.stdout }), 'line')) as [string];
    return { announcement: JSON.parse(line) as SandboxAnnouncement, child };
  }

  async function admin<Answer>(method: string, path: string): Promise<Answer> {
    const response = await fetch(`${running!.announcement.adminUrl}${path}`, { method });
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status}`);
    return (await response.json()) as Answer;
  }

  /** Creates, signs, polls and confirms until the sandbox is killed under it; notes and tells every success. */
  async function traffic(promised: Promised, succeeded: () => void): Promise<void> {
    const sender = await Sender.of(running!.announcement);
    try {
      for (;;) {
        const created = await sender.create({ signers: [signerByNumber(1), signerByNumber(2)] });
        assert.equal(created.status, 200, created.text);
        const id = element(created.text, 'signature-job-id');
        promised.created.add(id);
        succeeded();
        for (const signer of [1, 2]) {
          const job = await admin<AdminJob>('POST', `/jobs/${id}/signers/${signer}/sign`);
          promised.signed.set(`${id}/${signer}`, { xades: job.signers[signer - 1]!.xades!.sha256 });
          succeeded();
        }
        await pause(CALL_SPACING_MS);
        const polled = await sender.poll();
        if (polled.status !== 200) continue;
        await pause(CALL_SPACING_MS);
        const confirmed = await sender.call('POST', element(polled.text, 'confirmation-url'));
        if (confirmed.status === 200) promised.confirmed.add(element(polled.text, 'signature-job-id'));
        succeeded();
        await pause(CALL_SPACING_MS);
      }
    } finally {
      sender.close();
    }
  }

  it('survives kill -9 at any moment, with every acknowledged change', async function () {
    this.timeout(900_000);
    const { seed } = seeded({});
    let random = seed;
    const next = (): number => (random = (Math.imul(random, 1664525) + 1013904223) >>> 0) / 2 ** 32;
    const promised: Promised = { created: new Set(), signed: new Map(), confirmed: new Set() };
    const ports = new Set<string>();

    for (let round = 0; round < ROUNDS; round++) {
      running = await start();
      if (round === 0) await keepCertificates(stateFolder);
      ports.add(running.announcement.apiUrl);
      // After some calls, regardless of their duration, and at any moment of the next one.
      const calls = new EventEmitter();
      const ended = traffic(promised, () => calls.emit('success')).then(
        () => undefined,
        (error: unknown) => (error instanceof assert.AssertionError ? error : undefined),
      );
      for (let left = 1 + Math.floor(next() * MOST_CALLS); left > 0; left -= 1) {
        await Promise.race([once(calls, 'success'), ended]);
      }
      await pause(next() * 150);
      running.child.kill('SIGKILL');
      await once(running.child, 'exit');
      assert.equal(await ended, undefined);
    }

    running = await start();
    const jobs = await Promise.all(
      [...promised.created].map(async (id) => await admin<AdminJob>('GET', `/jobs/${id}`)),
    );
    for (const [place, { xades }] of promised.signed) {
      const [id, signer] = place.split('/');
      const job = jobs.find((candidate) => candidate.signatureJobId === id);
      assert.equal(job?.signers[Number(signer) - 1]?.xades?.sha256, xades, place);
    }
    for (const id of promised.confirmed) {
      const job = jobs.find((candidate) => candidate.signatureJobId === id);
      assert.ok(job !== undefined && job.confirmedVersion >= 1, `${id} is confirmed`);
    }
    for (const job of jobs) {
      assert.equal(
        job.pades === undefined,
        !job.signers.some(({ status }) => status === 'SIGNED'),
        job.signatureJobId,
      );
      assert.ok(job.confirmedVersion <= job.deliveredVersion && job.deliveredVersion <= job.latestVersion);
    }
    assert.ok(promised.created.size >= ROUNDS, 'each round created a job');
    assert.equal(ports.size, 1, 'the port is remembered');
    const { calls: ledger } = await admin<{ readonly calls: readonly { readonly number: number }[] }>(
      'GET',
      '/ledger',
    );
    assert.deepEqual(
      ledger.map(({ number }) => number),
      ledger.map((_, index) => index + 1),
    );
  });
});
