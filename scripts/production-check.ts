// `npm run production-check`: runs the production stack of deploy/compose/ once, as processes of this machine, with the sandbox
// standing in for the service. A job of each flow is signed and archived while a worker and Temporal are killed with kill -9. Prints what it
// did; exits with 1 if anything failed, and then keeps its folder with the logs. Needs Go, and PostgreSQL and Prometheus of Debian.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { SigningClient } from '@signering/client';
import {
  findTemporalExecutable,
  SIGNERING_COMMAND,
  sandboxAdmin,
  startSandboxProcess,
  waitForTemporal,
  withoutSettings,
  type OwnedProcess,
} from '@signering/dev-stack/internal/processes/index.js';
import { AUDIENCE, startOidcIssuer } from '../test/codec-server/oidc-issuer.js';
import { directJob, visit } from '../test/end-to-end/direct-jobs.js';
import { portalJob } from '../test/end-to-end/portal-jobs.js';
import { waitFor } from '../test/fixtures/wait-for.js';
import { ProductionStack } from './production-stack.js';

const NAMESPACE = 'signering';
const begun = Date.now();
const say = (sentence: string) =>
  console.log(`${((Date.now() - begun) / 1000).toFixed(1).padStart(6)} s  ${sentence}`);

await findTemporalExecutable({ env: process.env });
const stack = await ProductionStack.create();
const { folder, ports } = stack;
const stops: (() => Promise<void>)[] = [() => stack.stop({ keep: process.exitCode === 1 })];
const address = `127.0.0.1:${ports.temporal}`;

const isUp = async (url: string): Promise<boolean> => (await fetch(url)).ok;
const untilUp = (url: string, what: string) =>
  waitFor(() => isUp(url), { what: `${what} answers`, withinMs: 60_000 });

/** Temporal's server; returns when its frontend answers, which it does for no namespace before that is created. */
async function startTemporal(): Promise<OwnedProcess> {
  const started = stack.start('temporal', {
    TEMPORAL_GRPC_PORT: String(ports.temporal),
    TEMPORAL_METRICS_PORT: String(ports.temporalMetrics),
  });
  const ready = await waitForTemporal({ address, namespace: 'temporal-system', withinMs: 60_000 });
  assert.ok(ready, 'Temporal answers');
  return started;
}

async function startWorker(number: 1 | 2, settings: Readonly<Record<string, string>>): Promise<OwnedProcess> {
  const [metrics, health] = [ports.metrics[number - 1], ports.health[number - 1]];
  const worker = stack.startProgram(`worker-${number}`, [process.execPath, SIGNERING_COMMAND, 'worker'], {
    ...settings,
    SIGNERING_METRICS_ADDRESS: `127.0.0.1:${metrics}`,
    SIGNERING_HEALTH_ADDRESS: `127.0.0.1:${health}`,
  });
  await untilUp(`http://127.0.0.1:${health}/readyz`, `worker ${number}`);
  return worker;
}

async function main(): Promise<void> {
  await stack.startPostgres();
  await waitFor(() => stack.runOnce('temporal-schema').then(() => true), { what: 'PostgreSQL answers' });
  say('PostgreSQL runs, with the schemas of Temporal.');
  await stack.runOnce('temporal-schema');
  say('Setting up the schemas again changes nothing.');
  const temporal = await startTemporal();
  await stack.runOnce('temporal-namespace');
  assert.ok(await waitForTemporal({ address, namespace: NAMESPACE, withinMs: 60_000 }));
  say('Temporal runs on PostgreSQL, with its namespace.');
  stack.start('s3');
  await untilUp(`http://127.0.0.1:${ports.s3}/healthz`, 'the S3 server');
  say('The S3 server runs, with its bucket.');

  const sandbox = await startSandboxProcess({
    folder: join(folder, 'logs'),
    stateFolder: join(folder, 'data/sandbox'),
    env: withoutSettings(process.env),
    emptyQueueWait: '1s',
  });
  stops.push(() => sandbox.stop(5000));
  const { announcement } = sandbox;
  stack.secret('enterprise-certificate', readFileSync(announcement.certificate.file));
  stack.secret('enterprise-certificate-password', announcement.certificate.password);
  const settings: Readonly<Record<string, string>> = {
    ...stack.settingsOf('worker-1'),
    SIGNERING_ORGANIZATION: announcement.organizationNumber,
    SIGNERING_API_URL: announcement.apiUrl,
    SIGNERING_SERVER_ORGANIZATION: announcement.serverOrganizationNumber,
    SIGNERING_TRUSTED_CERTIFICATES: announcement.trustedCertificates,
  };
  const worker = await startWorker(1, settings);
  await startWorker(2, settings);
  say('The sandbox and two workers run, each with half of the rate limit.');

  const issuer = await startOidcIssuer();
  stops.push(() => issuer.close());
  const origin = `http://127.0.0.1:${ports.web}`;
  const codecServer = `http://127.0.0.1:${ports.codec}`;
  stack.startProgram('codec-server', [process.execPath, SIGNERING_COMMAND, 'codec-server'], {
    SIGNERING_CODEC_LISTEN: `127.0.0.1:${ports.codec}`,
    SIGNERING_CODEC_ORIGINS: origin,
    SIGNERING_CODEC_ISSUER: issuer.issuer,
    SIGNERING_CODEC_AUDIENCE: AUDIENCE,
    SIGNERING_CODEC_JWKS: issuer.jwksUrl,
    SIGNERING_CODEC_AUDIT_LOG: join(folder, 'logs/codec-audit.log'),
  });
  await untilUp(`${codecServer}/readyz`, 'the codec server');
  stack.startPrometheus();
  await untilUp(`http://127.0.0.1:${ports.prometheus}/-/ready`, 'Prometheus');
  say('The codec server and Prometheus run.');

  // As a client on another machine has them.
  process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] = 'true';
  for (const name of ['AWS_SHARED_CREDENTIALS_FILE', 'AWS_REGION']) process.env[name] = settings[name];
  const client = await SigningClient.connect({ env: settings });
  stops.push(() => client.close());
  const admin = sandboxAdmin(announcement.adminUrl);
  await client.startPortalJob(await portalJob('portal', [1, 2]));
  const { redirects } = await client.startDirectJob(await directJob('direct'));
  const { signatureJobId } = await waitFor(
    async () => (await admin.jobs()).find(({ signers }) => signers.length === 2),
    { what: 'the portal job is at the service' },
  );
  await admin.act(signatureJobId, 1, 'sign');
  say('A job of each flow is at the service; the first of two signers has signed.');

  await worker.kill9();
  await temporal.kill9();
  await admin.act(signatureJobId, 2, 'sign');
  const { token } = await visit(redirects[0]?.redirectUrl ?? '', 'sign');
  say('Killed a worker and Temporal with kill -9; the other signers have signed meanwhile.');
  await startTemporal();
  await startWorker(1, settings);
  say('Both run again.');
  await waitFor(() => client.signerReturned('direct', { statusQueryToken: token }).then(() => true), {
    what: 'the direct job takes the token',
    withinMs: 120_000,
  });
  for (const reference of ['portal', 'direct']) {
    const { outcome, archive } = await client.waitForResult(reference, { timeoutMs: 240_000 });
    assert.equal(outcome, 'SIGNED');
    const signed = await client.signedDocument(reference);
    assert.equal(Buffer.from(signed.subarray(0, 5)).toString(), '%PDF-');
    say(`${reference}: signed by all, archived in ${archive.folder}`);
  }
  await checkTemporalWeb(origin);
  await checkCodec(codecServer, origin, await issuer.token({ roles: ['signering-masked'] }));
  await checkPrometheus();
}

async function checkTemporalWeb(origin: string): Promise<void> {
  stack.start('temporal-web', {
    TEMPORAL_UI_PORT: String(ports.web),
    // There is no issuer with a sign-in page here.
    TEMPORAL_AUTH_ENABLED: 'false',
    TEMPORAL_WEB_HOST: 'temporal.example.com',
    CODEC_HOST: 'codec.example.com',
  });
  await untilUp(`${origin}/healthz`, 'Temporal Web');
  const response = await fetch(`${origin}/api/v1/namespaces/${NAMESPACE}/workflows`);
  const { executions } = z
    .object({ executions: z.array(z.object({ type: z.object({ name: z.string() }) })) })
    .parse(await response.json());
  const types = new Set(executions.map(({ type }) => type.name));
  assert.ok(types.has('portalSigning') && types.has('directSigning'), [...types].join(', '));
  say(`Temporal Web lists ${executions.length} workflows.`);
}

/** Decodes the input of the portal job, as Temporal Web does. */
async function checkCodec(codecServer: string, origin: string, token: string): Promise<void> {
  const query = encodeURIComponent("WorkflowType='portalSigning'");
  const base = `${origin}/api/v1/namespaces/${NAMESPACE}/workflows`;
  const { executions } = z
    .object({ executions: z.tuple([z.object({ execution: z.object({ workflowId: z.string() }) })]) })
    .parse(await (await fetch(`${base}?query=${query}`)).json());
  const id = encodeURIComponent(executions[0].execution.workflowId);
  const History = z.object({
    history: z.object({
      events: z.tuple(
        [
          z.object({
            workflowExecutionStartedEventAttributes: z.object({
              input: z.object({ payloads: z.array(z.unknown()) }),
            }),
          }),
        ],
        z.unknown(),
      ),
    }),
  });
  const answer: unknown = await (await fetch(`${base}/${id}/history`)).json();
  const [started] = History.parse(answer).history.events;
  const { payloads } = started.workflowExecutionStartedEventAttributes.input;
  assert.ok(!JSON.stringify(payloads).includes('json/plain'), 'Temporal holds ciphertext');
  const response = await fetch(`${codecServer}/decode`, {
    method: 'POST',
    headers: { origin, authorization: `Bearer ${token}`, 'x-namespace': NAMESPACE },
    body: JSON.stringify({ payloads }),
  });
  const decoded = z.object({ payloads: z.array(z.object({ data: z.string() })) });
  const [payload] = decoded.parse(await response.json()).payloads;
  const text = Buffer.from(payload?.data ?? '', 'base64').toString();
  assert.match(text, /"title":"Agreement"/u);
  assert.ok(!text.includes('signer-1@example.com'), 'the role MASKED sees no address');
  say('The codec server decodes the input of the portal job, masked.');
}

async function checkPrometheus(): Promise<void> {
  const base = `http://127.0.0.1:${ports.prometheus}/api/v1`;
  const Result = z.object({
    data: z.object({ result: z.array(z.object({ metric: z.record(z.string(), z.string()) })) }),
  });
  const query = async (text: string) => {
    const response = await fetch(`${base}/query?query=${encodeURIComponent(text)}`);
    return Result.parse(await response.json()).data.result.map(({ metric }) => metric);
  };
  const up = await waitFor(
    async () => {
      const found = await query('up{job=~"signering-worker|temporal"} == 1');
      return found.length === 3 ? found : undefined;
    },
    { what: 'Prometheus scrapes the workers and Temporal', withinMs: 30_000 },
  );
  const archived = await query('sum by (flow) (signering_archive_duration_seconds_count) > 0');
  assert.ok(archived.length > 0, 'the archived jobs were measured');
  const firing = await query('ALERTS{alertstate="firing"}');
  const names = firing.map(({ alertname }) => alertname ?? '');
  say(`Prometheus scrapes ${up.length} targets. Alerts: ${names.length === 0 ? 'none' : names.join(', ')}.`);
}

try {
  await main();
  say('Everything finished.');
} catch (error) {
  process.exitCode = 1;
  console.error(error);
  console.error(`The logs are in ${join(folder, 'logs')}.`);
}
for (const stop of stops.reverse()) await stop();
