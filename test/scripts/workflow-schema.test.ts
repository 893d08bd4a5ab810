import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import {
  WORKFLOW_SCHEMA_FOLDER,
  WORKFLOW_SCHEMAS,
  writtenWorkflowSchemas,
} from '../../scripts/workflow-schema/index.js';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));

interface Payloads {
  readonly payloads?: readonly { readonly data: string }[];
}
interface RecordedEvent {
  readonly workflowExecutionStartedEventAttributes?: {
    readonly workflowType: { readonly name: string };
    readonly input?: Payloads;
  };
  readonly workflowExecutionCompletedEventAttributes?: { readonly result?: Payloads };
}

const INPUT_SCHEMAS = {
  portalSigning: WORKFLOW_SCHEMAS['portal-signing-input'],
  directSigning: WORKFLOW_SCHEMAS['direct-signing-input'],
};

function valueOf(payloads: Payloads | undefined): unknown {
  const data = payloads?.payloads?.[0]?.data;
  return data === undefined ? undefined : JSON.parse(Buffer.from(data, 'base64').toString('utf8'));
}

describe('the JSON Schema of the workflows', () => {
  it('is the committed one', () => {
    const written = writtenWorkflowSchemas();
    const folder = `${ROOT}${WORKFLOW_SCHEMA_FOLDER}`;
    assert.deepEqual(
      readdirSync(folder)
        .filter((name) => name.endsWith('.json'))
        .sort(),
      [...written.keys()].sort(),
    );
    for (const [name, text] of written) {
      assert.equal(readFileSync(`${folder}/${name}`, 'utf8'), text, 'npm run workflow-schema writes it anew');
    }
  });

  it('fits the inputs and results of every recorded history', () => {
    const seen = new Set<string>();
    for (const file of readdirSync(`${ROOT}test/histories`, { recursive: true, encoding: 'utf8' })) {
      if (!file.endsWith('.json')) continue;
      const text = readFileSync(`${ROOT}test/histories/${file}`, 'utf8');
      const { events } = JSON.parse(text) as { readonly events: readonly RecordedEvent[] };
      const started = events[0]?.workflowExecutionStartedEventAttributes;
      const type = started?.workflowType.name;
      if (type !== 'portalSigning' && type !== 'directSigning') continue;
      INPUT_SCHEMAS[type].parse(valueOf(started?.input));
      seen.add(type);
      const result = valueOf(events.at(-1)?.workflowExecutionCompletedEventAttributes?.result);
      if (result === undefined) continue;
      WORKFLOW_SCHEMAS['signing-result'].parse(result);
      seen.add('result');
    }
    assert.deepEqual([...seen].sort(), ['directSigning', 'portalSigning', 'result']);
  });

  it('refuses what is misspelt, missing or out of range', () => {
    const input = {
      version: 1,
      organizationNumber: '123456789',
      reference: 'A-1',
      contentDigest: '0'.repeat(64),
      job: {
        title: 'Avtale',
        documents: [
          { sha256: '0'.repeat(64), size: 7, name: 'a.pdf', mediaType: 'application/pdf', title: 'Avtale' },
        ],
        signers: [{ notifications: { emailAddress: 'a@example.com' } }],
        pollingQueue: 'signering-workflows',
      },
    };
    const schema = WORKFLOW_SCHEMAS['portal-signing-input'];
    schema.parse(input);
    for (const wrong of [
      { ...input, version: 2 },
      { ...input, organisationNumber: '123456789' },
      { ...input, organizationNumber: '12345678' },
      { ...input, job: { ...input.job, titel: 'Avtale' } },
      { ...input, job: { ...input.job, title: 'x'.repeat(81) } },
      { ...input, job: { ...input.job, signers: [] } },
      { ...input, job: { ...input.job, signers: [{ order: 10 }] } },
      { ...input, job: { ...input.job, description: null } },
    ]) {
      assert.equal(schema.safeParse(wrong).success, false, JSON.stringify(wrong));
    }
  });
});
