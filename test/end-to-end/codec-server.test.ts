import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Browser, Page } from 'playwright-core';
import { startCodecServer, type CodecServer } from '@signering/codec-server';
import { signingWorkflowId } from '@signering/contract';
import { findTemporalExecutable, withoutSettings } from '@signering/dev-stack/internal/processes/index.js';
import { DEV_ENV_FILE, readEnvFile } from '@signering/settings';
import { openBrowser, openPage } from '../browser.js';
import { startOidcCodecServer, type OidcCodecServer } from '../codec-server/oidc-codec-server.js';
import { startDev, type RunningDev } from '../dev-stack/commands/running-dev.js';
import { PROJECT } from '../docs/project-files.js';
import { freshFolder, runSignering, waitFor } from '../fixtures/index.js';

const SIGNER = '14838500073';
const MASKED_SIGNER = '14*********';
const ADDRESS = 'kari@example.com';
const TITLE = 'Contract of sale';
const CURRENT_DETAILS = /Waits for signer 1 until \d{4}-\d{2}-\d{2} /u;
const STATIC_TOKEN = 'm'.repeat(40);

describe('the codec server of signering dev, and one beside it', function () {
  let cwd: string;
  let dev: RunningDev;
  /** With OpenID Connect, for the command line. */
  let withIssuer: OidcCodecServer;
  /** With the token of a masked role in its path, for Temporal Web without a sign-in. */
  let masked: CodecServer;
  let workflowId: string;
  let temporal: string;

  before(async () => {
    cwd = freshFolder('codec-dev');
    [dev, temporal] = await Promise.all([startDev(cwd), findTemporalExecutable({ env: process.env })]);
    const settings = readEnvFile(join(cwd, DEV_ENV_FILE)) ?? {};
    const base = {
      SIGNERING_KEYS: settings['SIGNERING_KEYS'],
      SIGNERING_CODEC_LISTEN: '127.0.0.1:0',
      SIGNERING_CODEC_ORIGINS: dev.temporalWebUrl,
      SIGNERING_CODEC_AUDIT_LOG: join(cwd, 'audit.log'),
    };
    const tokens = join(cwd, 'tokens.json');
    writeFileSync(tokens, JSON.stringify([{ name: 'web', token: STATIC_TOKEN, roles: ['MASKED'] }]), {
      mode: 0o600,
    });
    [withIssuer, masked] = await Promise.all([
      startOidcCodecServer(base),
      startCodecServer({
        env: { ...base, SIGNERING_CODEC_TOKENS: tokens },
        report: (sentence) => assert.fail(sentence),
      }),
    ]);
    copyFileSync(join(PROJECT, 'docs', 'examples', 'contract.pdf'), join(cwd, 'contract.pdf'));
    const env = withoutSettings(process.env);
    const sent = await runSignering({
      args: [
        ...['send', 'contract.pdf', '--title', TITLE, '--reference', 'seen'],
        ...['--signer', `pin:${SIGNER},email=${ADDRESS}`],
      ],
      env,
      cwd,
    });
    assert.equal(sent.exitCode, 0, sent.stderr);
    await waitFor(
      async () =>
        (await runSignering({ args: ['status', 'seen', '--json'], env, cwd })).stdout.includes(
          'WAITING_FOR_SIGNERS',
        ),
      { what: 'the job waits for its signer', explain: dev.said },
    );
    workflowId = signingWorkflowId(settings['SIGNERING_ORGANIZATION'] ?? '', 'seen');
  });

  after(async () => {
    await (withIssuer as OidcCodecServer | undefined)?.close();
    await (masked as CodecServer | undefined)?.close();
    const { process: stack } = dev;
    stack.kill('SIGINT');
    if (stack.exitCode === null) await once(stack, 'exit');
  });

  describe('with the temporal command', () => {
    async function ask(words: readonly string[], options: readonly string[]): Promise<string> {
      const args = [...words, '--workflow-id', workflowId, '--address', dev.temporalAddress, ...options];
      const env = withoutSettings(process.env);
      return await promisify(execFile)(temporal, args, { env, cwd }).then(
        ({ stdout }) => stdout,
        (error: unknown) => String(error),
      );
    }
    /** Input, answer of `describe` and `__temporal_workflow_metadata`, as the command prints them. */
    async function seenBy(options: readonly string[]) {
      const [history, description, metadata] = await Promise.all([
        ask(['workflow', 'show', '--output', 'json'], options),
        ask(['workflow', 'query', '--type', 'describe'], options),
        ask(['workflow', 'metadata'], options),
      ]);
      const payloads = [...history.matchAll(/"data": "([A-Za-z0-9+/=]+)"/gu)].map(([, data]) =>
        Buffer.from(data ?? '', 'base64').toString('utf8'),
      );
      return { history: payloads.join('\n'), description, metadata };
    }
    const withRole = async (role: string): Promise<readonly string[]> => [
      ...['--codec-endpoint', withIssuer.url],
      ...['--codec-auth', `Bearer ${await withIssuer.token({ roles: [role] })}`],
    ];

    it('shows everything to FULL', async () => {
      const { history, description, metadata } = await seenBy(await withRole('signering-full'));
      for (const text of [SIGNER, ADDRESS, TITLE]) assert.ok(history.includes(text), text);
      assert.match(description, /"state":"WAITING_FOR_SIGNERS"/u);
      assert.match(metadata, CURRENT_DETAILS);
    });

    it('shows identity numbers and addresses masked to MASKED', async () => {
      const { history, description, metadata } = await seenBy(await withRole('signering-masked'));
      for (const text of [MASKED_SIGNER, 'k***@example.com', TITLE]) assert.ok(history.includes(text), text);
      for (const seen of [history, description, metadata]) {
        assert.ok(!seen.includes(SIGNER) && !seen.includes(ADDRESS));
      }
      assert.match(description, /"state":"WAITING_FOR_SIGNERS"/u);
      assert.match(metadata, CURRENT_DETAILS);
    });

    it('shows nothing without a role or a token', async () => {
      const withoutToken = ['--codec-endpoint', withIssuer.url];
      // At once, because the command repeats a query for seconds.
      const views = await Promise.all([[], withoutToken, await withRole('another-role')].map(seenBy));
      for (const { history, description, metadata } of views) {
        for (const seen of [history, description, metadata]) {
          assert.ok(!seen.includes(SIGNER) && !seen.includes(ADDRESS) && !seen.includes(TITLE));
          assert.doesNotMatch(seen, CURRENT_DETAILS);
          assert.ok(!seen.includes('"state":"WAITING_FOR_SIGNERS"'));
        }
      }
    });

    it('uses the codec server of the stack with the settings in dev.env', async () => {
      const { stdout } = await promisify(execFile)(
        'bash',
        [
          '-c',
          `set -a; . ${DEV_ENV_FILE}; set +a; "$0" workflow metadata --workflow-id "$1"`,
          temporal,
          workflowId,
        ],
        { env: withoutSettings(process.env), cwd },
      );
      assert.match(stdout, CURRENT_DETAILS);
    });
  });

  describe('with Temporal Web in a browser', () => {
    let browser: Browser;

    before(async function () {
      browser = await openBrowser(this);
    });
    after(async () => {
      await (browser as Browser | undefined)?.close();
    });

    /** The workflow's page, with the codec endpoint of the cluster or one that the person sets in the browser. */
    async function openWorkflow(endpoint?: string): Promise<Page> {
      const page = await openPage(browser, { viewport: { width: 1400, height: 1200 } });
      if (endpoint !== undefined) {
        // As the dialog of Temporal Web stores it.
        await page.addInitScript({
          content: `localStorage.setItem('overrideRemoteCodecConfiguration', 'true');
            localStorage.setItem('endpoint', ${JSON.stringify(JSON.stringify(endpoint))});`,
        });
      }
      const workflow = `/namespaces/default/workflows/${encodeURIComponent(workflowId)}`;
      await page.goto(`${dev.temporalWebUrl}${workflow}`);
      return page;
    }
    const textOf = (page: Page): Promise<string> => page.locator('body').innerText();
    async function openUserMetadata(page: Page): Promise<string> {
      await page.getByRole('tab', { name: 'User Metadata' }).click();
      // Temporal Web renders the Markdown of current details in a frame.
      const details = page.locator('iframe').last().contentFrame().locator('body');
      await details.getByText(/\S/u).first().waitFor();
      return await details.innerText();
    }

    it("shows a job's input and current details from the first minute", async () => {
      const page = await openWorkflow();
      await page.getByText(SIGNER).first().waitFor();
      for (const text of [ADDRESS, TITLE]) assert.ok((await textOf(page)).includes(text), text);
      assert.match(await openUserMetadata(page), CURRENT_DETAILS);
      await page.context().close();
      const audit = readFileSync(join(cwd, '.signering', 'codec-audit.log'), 'utf8');
      assert.match(audit, /"operation":"decode","role":"FULL".*"who":"stack","namespace":"default"/u);
      assert.ok(!audit.includes(SIGNER));
    });

    it('shows them masked to the role MASKED', async () => {
      const page = await openWorkflow(`${masked.url}/${STATIC_TOKEN}`);
      await page.getByText(MASKED_SIGNER).first().waitFor();
      const text = await textOf(page);
      assert.ok(text.includes('k***@example.com') && text.includes(TITLE));
      assert.ok(!text.includes(SIGNER) && !text.includes(ADDRESS));
      assert.match(await openUserMetadata(page), CURRENT_DETAILS);
      await page.context().close();
    });

    it('shows nothing decoded without a valid token', async () => {
      const page = await openWorkflow(`${masked.url}/${'x'.repeat(40)}`);
      await page.getByText('encryption-key-id').first().waitFor();
      const text = await textOf(page);
      for (const hidden of [SIGNER, MASKED_SIGNER, 'example.com', TITLE]) {
        assert.ok(!text.includes(hidden), hidden);
      }
      assert.doesNotMatch(await openUserMetadata(page), CURRENT_DETAILS);
      await page.context().close();
    });
  });
});
