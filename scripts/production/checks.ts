// What the production check looks at after the jobs are archived. Each function returns a sentence that says what it found.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import type { SandboxAnnouncement } from '@signering/dev-stack/internal/processes/index.js';
import {
  restoreCertificateAuthority,
  type CertificateAuthorityState,
} from '@signering/sandbox/internal/certificates/index.js';
import { waitFor } from '../../test/fixtures/wait-for.js';
import type { ProductionStack } from './stack.js';

export const NAMESPACE = 'signering';

/** Where browsers would find Temporal Web. */
export const webOrigin = ({ ports }: ProductionStack): string => `http://127.0.0.1:${ports.web}`;

export const untilUp = (url: string, what: string): Promise<true> =>
  waitFor(async () => (await fetch(url)).ok, { what: `${what} answers`, withinMs: 60_000 });

/** Replaces the enterprise certificate, which both workers must notice. */
export async function renewCertificate(
  stack: ProductionStack,
  sandbox: SandboxAnnouncement,
): Promise<string> {
  const identities = readFileSync(join(dirname(sandbox.certificate.file), 'identities.json'), 'utf8');
  const { authority } = JSON.parse(identities) as { readonly authority: CertificateAuthorityState };
  const { organizationNumber, certificate } = sandbox;
  const issued = await restoreCertificateAuthority(authority).issueEnterpriseCertificate({
    organizationNumber,
    name: 'Avsender AS',
  });
  stack.secret('worker/enterprise-certificate.p12', issued.pkcs12({ password: certificate.password }));
  for (const name of ['worker-1', 'worker-2']) {
    const log = join(stack.folder, 'logs', `${name}.log`);
    const what = `${name} takes the renewed certificate`;
    await waitFor(() => readFileSync(log, 'utf8').includes('The certificates were renewed.'), { what });
  }
  return 'Both workers took a renewed enterprise certificate.';
}

/** Starts Temporal Web and reads its list of workflows. */
export async function checkTemporalWeb(stack: ProductionStack): Promise<string> {
  const origin = webOrigin(stack);
  stack.start('temporal-web', {
    TEMPORAL_UI_PORT: String(stack.ports.web),
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
  return `Temporal Web lists ${executions.length} workflows.`;
}

/** Decodes the input of the portal job, as Temporal Web does. */
export async function checkCodecServer(stack: ProductionStack, token: string): Promise<string> {
  const origin = webOrigin(stack);
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
  const response = await fetch(`http://127.0.0.1:${stack.ports.codec}/decode`, {
    method: 'POST',
    headers: { origin, authorization: `Bearer ${token}`, 'x-namespace': NAMESPACE },
    body: JSON.stringify({ payloads }),
  });
  const decoded = z.object({ payloads: z.array(z.object({ data: z.string() })) });
  const [payload] = decoded.parse(await response.json()).payloads;
  const text = Buffer.from(payload?.data ?? '', 'base64').toString();
  assert.match(text, /"title":"Agreement"/u);
  assert.ok(!text.includes('signer-1@example.com'), 'the role MASKED sees no address');
  return 'The codec server decodes the input of the portal job, masked.';
}

/** Waits until Prometheus scrapes the workers and Temporal, and asks it for alerts. */
export async function checkPrometheus(port: number): Promise<string> {
  const base = `http://127.0.0.1:${port}/api/v1`;
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
  return `Prometheus scrapes ${up.length} targets. Alerts: ${names.length === 0 ? 'none' : names.join(', ')}.`;
}
