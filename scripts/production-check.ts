// `npm run production-check`: runs the production stack of deploy/compose/ once, as processes of this machine, with the sandbox
// standing in for the service. A job of each flow is signed and archived while a worker and Temporal are killed with kill -9. Prints what it
// did; exits with 1 if anything failed, and then keeps its folder with the logs. Needs Go, and PostgreSQL and Prometheus of Debian. With
// `--image` the workers and the codec server run in containers, from the image that `npm run image` builds; needs podman and root.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { SigningClient } from '@signering/client';
import {
  findTemporalExecutable,
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
import {
  checkCodecServer,
  checkPrometheus,
  checkTemporalWeb,
  NAMESPACE,
  renewCertificate,
  untilUp,
  webOrigin,
} from './production/checks.js';
import { ProductionStack } from './production/stack.js';
import { readScriptOptions } from './script-options.js';

const begun = Date.now();
const say = (sentence: string) =>
  console.log(`${((Date.now() - begun) / 1000).toFixed(1).padStart(6)} s  ${sentence}`);

await findTemporalExecutable({ env: process.env });
const { image: inContainers } = readScriptOptions({ image: { type: 'boolean', default: false } });
const stack = await ProductionStack.create({ inContainers });
const { folder, ports } = stack;
const stops: (() => Promise<void>)[] = [];
const address = `127.0.0.1:${ports.temporal}`;

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
  const index = number === 1 ? 0 : 1;
  const [metrics, health] = [ports.metrics[index], ports.health[index]];
  const worker = stack.startSignering(`worker-${number}`, {
    ...settings,
    SIGNERING_METRICS_ADDRESS: `127.0.0.1:${metrics}`,
    SIGNERING_HEALTH_ADDRESS: `127.0.0.1:${health}`,
  });
  await untilUp(`http://127.0.0.1:${health}/readyz`, `worker ${number}`);
  await stack.checkHealth(`worker-${number}`, health);
  const log = readFileSync(join(folder, 'logs', `worker-${number}.log`), 'utf8');
  assert.ok(!log.includes('every user of this machine can read'), log);
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
  stack.own(sandbox);
  const { announcement } = sandbox;
  stack.secret('worker/enterprise-certificate.p12', readFileSync(announcement.certificate.file));
  stack.secret('worker/enterprise-certificate-password', announcement.certificate.password);
  stack.secret('trusted-certificates', readFileSync(announcement.trustedCertificates));
  const settings: Readonly<Record<string, string>> = {
    SIGNERING_ORGANIZATION: announcement.organizationNumber,
    SIGNERING_API_URL: announcement.apiUrl,
    SIGNERING_SERVER_ORGANIZATION: announcement.serverOrganizationNumber,
    SIGNERING_TRUSTED_CERTIFICATES: '/run/secrets/trusted-certificates',
  };
  const worker = await startWorker(1, settings);
  await startWorker(2, settings);
  say('The sandbox and two workers run, each with half of the rate limit.');

  const issuer = await startOidcIssuer();
  stops.push(() => issuer.close());
  const origin = webOrigin(stack);
  const codecServer = `http://127.0.0.1:${ports.codec}`;
  stack.startSignering('codec-server', {
    SIGNERING_CODEC_LISTEN: `127.0.0.1:${ports.codec}`,
    SIGNERING_CODEC_ORIGINS: origin,
    SIGNERING_CODEC_ISSUER: issuer.issuer,
    SIGNERING_CODEC_AUDIENCE: AUDIENCE,
    SIGNERING_CODEC_JWKS: issuer.jwksUrl,
  });
  await untilUp(`${codecServer}/readyz`, 'the codec server');
  await stack.checkHealth('codec-server', ports.codec);
  stack.startPrometheus();
  await untilUp(`http://127.0.0.1:${ports.prometheus}/-/ready`, 'Prometheus');
  say('The codec server and Prometheus run.');

  // As a client on another machine has them.
  process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] = 'true';
  const clientSettings = { ...stack.settingsOf('worker-1'), ...settings };
  for (const name of ['AWS_SHARED_CREDENTIALS_FILE', 'AWS_REGION']) process.env[name] = clientSettings[name];
  const client = await SigningClient.connect({ env: clientSettings });
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
  say(await renewCertificate(stack, announcement));
  say(await checkTemporalWeb(stack));
  say(await checkCodecServer(stack, await issuer.token({ roles: ['signering-masked'] })));
  say(await checkPrometheus(ports.prometheus));
}

const interrupted = new Promise<never>((_, reject) => {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => reject(new Error(`Stopped by ${signal}.`)));
  }
});

try {
  await Promise.race([main(), interrupted]);
  say('Every step succeeded.');
} catch (error) {
  process.exitCode = 1;
  console.error(error);
}
for (const stop of stops.reverse()) await stop();
const faults = await stack.stop({ keep: process.exitCode === 1 });
for (const fault of faults) console.error(fault);
if (faults.length > 0) process.exitCode = 1;
if (process.exitCode === 1) console.error(`The logs are in ${join(folder, 'logs')}.`);
else say('Everything stopped by itself.');
// After an interruption a step may still wait.
process.exit();
