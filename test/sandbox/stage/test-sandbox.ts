import { mkdtemp, rm } from 'node:fs/promises';
import type { AgentOptions } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startSandbox, type Sandbox, type SandboxOptions } from '@signering/sandbox';
import { keepCertificates, lendCertificates } from '../../fixtures/shared-certificates.js';
import { Sender, type SenderName } from './sender.js';

/** A sandbox in a temporary folder, with a client for each organisation. */
export interface TestSandbox {
  readonly sandbox: () => Sandbox;
  readonly stateFolder: string;
  sender(name?: SenderName, tls?: AgentOptions): Promise<Sender>;
  /** Calls the admin interface; fails with its words unless the status is the expected one. */
  admin(method: string, path: string, body?: unknown, expectedStatus?: number): Promise<unknown>;
  restart(): Promise<void>;
  close(): Promise<void>;
}

export async function startTestSandbox(options: Partial<SandboxOptions> = {}): Promise<TestSandbox> {
  const stateFolder = await mkdtemp(join(tmpdir(), 'signering-sandbox-'));
  await lendCertificates(stateFolder);
  const senders: Sender[] = [];
  const start = async (): Promise<Sandbox> =>
    await startSandbox({ port: 0, stateFolder, emptyQueueWaitMs: 0, ...options });
  let sandbox = await start();
  await keepCertificates(stateFolder);
  return {
    sandbox: () => sandbox,
    stateFolder,
    sender: async (name, tls) => {
      const sender = await Sender.of(sandbox.announcement, name, tls);
      senders.push(sender);
      return sender;
    },
    admin: async (method, path, body, expectedStatus) => {
      const response = await fetch(`${sandbox.announcement.adminUrl}${path}`, {
        method,
        ...(body === undefined
          ? {}
          : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
      });
      const answer: unknown = await response.json();
      if (expectedStatus === undefined ? !response.ok : response.status !== expectedStatus) {
        throw new Error(`${method} ${path} answered ${response.status}: ${JSON.stringify(answer)}`);
      }
      return answer;
    },
    restart: async () => {
      await sandbox.close();
      sandbox = await start();
    },
    close: async () => {
      for (const sender of senders) sender.close();
      await sandbox.close();
      await rm(stateFolder, { recursive: true, force: true });
    },
  };
}
