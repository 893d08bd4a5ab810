import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { jobRequestSchemas } from '@signering/client';
import { jsonSchemas, problemsOfInputs } from '@signering/contract/schemas';
import { PROJECT, readProjectFile } from '../docs/project-files.js';
import { processorMs } from '../processor-time.js';

const requireFromHere = createRequire(import.meta.url);
const FOLDER = 'client/schemas';

const PORTAL = {
  version: 1,
  organizationNumber: '312345676',
  reference: 'Avtale/2041 æ',
  contentDigest: '0'.repeat(64),
  job: {
    title: 'Agreement 📄',
    documents: [
      { sha256: 'f'.repeat(64), size: 1, name: 'a.pdf', mediaType: 'application/pdf', title: 'Agreement' },
    ],
    signers: [
      {
        personalIdentificationNumber: '14838500073',
        order: 1,
        notifications: { mobileNumber: '+4799999999' },
      },
    ],
    requiredAuthentication: 4,
    availability: { activationTime: '2026-03-01T09:00:00+01:00', availableSeconds: 60 },
    pollingQueue: 'signering-workflows',
  },
};
const { availability: _, ...DIRECT_JOB } = PORTAL.job;
const EXIT_URL = 'https://sender.example/back';
const DIRECT = {
  ...PORTAL,
  job: {
    ...DIRECT_JOB,
    signers: [{ identifier: { signerIdentifier: 'CUSTOMER-1' }, onBehalfOf: 'SELF' }],
    exitUrls: { completionUrl: EXIT_URL, rejectionUrl: EXIT_URL, errorUrl: EXIT_URL },
  },
};

const INPUTS = [
  { workflowType: 'portalSigning', schema: 'portal-signing-input', input: PORTAL },
  { workflowType: 'directSigning', schema: 'direct-signing-input', input: DIRECT },
] as const;

/** Values that are wrong in every position. */
const WRONG: readonly unknown[] = [null, -17, '', [], { unknown: true }];

describe('JSON Schema of the contract', () => {
  // A validator takes a schema with an `$id` once.
  const schemas = jsonSchemas();
  const ajv = new Ajv2020({ strict: true, allErrors: true, formats: { 'date-time': true } });
  const validate = (schema: keyof typeof schemas, value: unknown): boolean =>
    ajv.validate(schemas[schema], value);

  it('matches the files of the client package, which `npm run json-schemas` writes', () => {
    const all = { ...schemas, ...jobRequestSchemas() };
    const files = Object.keys(all).map((name) => `${name}.json`);
    assert.deepEqual(readdirSync(join(PROJECT, FOLDER)).sort(), files.sort());
    for (const [name, schema] of Object.entries(all)) {
      assert.deepEqual(requireFromHere(`@signering/client/schemas/${name}.json`), schema, name);
      assert.equal(schema['$id'], `urn:signering:json-schema:v1:${name}`);
    }
  });

  for (const { workflowType, schema, input } of INPUTS) {
    const isUsable = (value: unknown) => problemsOfInputs(value)[workflowType]?.length === 0;

    it(`accepts a valid input of ${workflowType}, as the worker does`, () => {
      assert.deepEqual(problemsOfInputs(input)[workflowType], []);
      assert.ok(validate(schema, input), ajv.errorsText());
    });

    it(`rejects ${workflowType} when any required part is missing or any part is wrong, as the worker does`, () => {
      for (const path of pathsIn(input)) {
        const without = changed(input, path, undefined);
        assert.equal(validate(schema, without), isUsable(without), `without ${path.join('.')}`);
        for (const value of WRONG) {
          const other = changed(input, path, value);
          assert.ok(!isUsable(other), `${path.join('.')} = ${JSON.stringify(value)}`);
          // JSON Schema cannot express every rule of references and exit URLs and may accept more; these values it
          // rejects.
          assert.ok(!validate(schema, other), `${path.join('.')} = ${JSON.stringify(value)}`);
        }
      }
    });
  }

  it('matches the inputs and results of every recorded history', () => {
    const seen = new Set<string>();
    for (const { workflowType, input, result } of recordedSignings()) {
      // Their recorded digest is a marker for unencrypted histories.
      const value = changed(input, ['contentDigest'], 'f'.repeat(64));
      assert.deepEqual(problemsOfInputs(value)[workflowType], []);
      if (result === undefined) continue;
      assert.ok(validate('signing-result', result), ajv.errorsText());
      seen.add(workflowType);
    }
    assert.deepEqual([...seen].sort(), ['directSigning', 'portalSigning']);
  });

  it('the worker rejects an activation time more than 365 days ahead', () => {
    const DAY_MS = 24 * 60 * 60 * 1000;
    const inDays = (days: number) => new Date(Date.now() + days * DAY_MS).toISOString();
    for (const [time, fits] of [
      [inDays(364), true],
      [inDays(366), false],
      ['9999-12-31T23:59:59Z', false],
      ['1969-12-31T23:59:59Z', false],
    ] as const) {
      const input = changed(PORTAL, ['job', 'availability', 'activationTime'], time);
      assert.equal(problemsOfInputs(input)['portalSigning']?.length === 0, fits, time);
    }
  });

  it('counts characters, not UTF-16 units', () => {
    const titled = (title: string) => changed(PORTAL, ['job', 'title'], title);
    for (const [title, fits] of [
      ['📄'.repeat(80), true],
      ['📄'.repeat(81), false],
    ] as const) {
      assert.equal(validate('portal-signing-input', titled(title)), fits);
      assert.equal(problemsOfInputs(titled(title))['portalSigning']?.length === 0, fits);
    }
  });

  it('the worker rejects personal data in readable fields, without quoting it', () => {
    for (const path of [['reference'], ['job', 'pollingQueue'], ['job', 'documents', '0', 'name']]) {
      const problems = problemsOfInputs(changed(PORTAL, path, 'of 14838500073'))['portalSigning'] ?? [];
      assert.equal(problems.length, 1, path.join('.'));
      assert.ok(!problems[0]!.includes('14838500073'));
    }
  });

  it('the worker names only some of very many mistakes, with bounded work', () => {
    const unknown = Object.fromEntries(
      Array.from({ length: 60_000 }, (_part, index) => [`unknown${index}`, 1]),
    );
    const documents = Array.from({ length: 20 }, () => ({ a: 1, b: 1 }));
    const before = processorMs();
    for (const job of [
      unknown,
      { ...unknown, documents, signers: Array.from({ length: 100_000 }, () => ({ a: 1 })) },
    ]) {
      for (const problems of Object.values(problemsOfInputs({ ...PORTAL, job }))) {
        const text = problems.join('; ');
        assert.ok(
          problems.length > 3 && text.length < 10_000,
          `${problems.length} with ${text.length} characters`,
        );
        assert.match(
          text,
          job === unknown
            ? /job: has no member "unknown0".*; has 59980 more unknown members/u
            : /; and \d+ more$/u,
        );
      }
    }
    // Without the bound, the search for similar names took 44 s.
    assert.ok(processorMs() - before < 20_000, `${processorMs() - before} ms of processor time`);
  });
});

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

/** Inputs and results of the recorded workflows that may be started from outside. */
function recordedSignings() {
  const files = readdirSync(join(PROJECT, 'test/histories'), { recursive: true, encoding: 'utf8' });
  return files
    .filter((file) => file.endsWith('.json'))
    .flatMap((file) => {
      const history: unknown = JSON.parse(readProjectFile(`test/histories/${file}`));
      const { events } = history as { readonly events: readonly RecordedEvent[] };
      const started = events[0]?.workflowExecutionStartedEventAttributes;
      const workflowType = INPUTS.find(
        (input) => input.workflowType === started?.workflowType.name,
      )?.workflowType;
      if (workflowType === undefined) return [];
      const result = valueOf(events.at(-1)?.workflowExecutionCompletedEventAttributes?.result);
      return [{ workflowType, input: valueOf(started?.input), result }];
    });
}

function valueOf(payloads: Payloads | undefined): unknown {
  const data = payloads?.payloads?.[0]?.data;
  return data === undefined ? undefined : JSON.parse(Buffer.from(data, 'base64').toString('utf8'));
}

/** The path of every part of a value, including list items. */
function pathsIn(value: unknown, above: readonly string[] = []): readonly (readonly string[])[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, part]) => {
    const path = [...above, key];
    return [path, ...pathsIn(part, path)];
  });
}

/** A copy with one value replaced or removed. */
function changed(value: unknown, path: readonly string[], part: unknown): unknown {
  const copy = structuredClone(value);
  const last = path.at(-1)!;
  const parent = path.slice(0, -1).reduce((at, key) => Reflect.get(at, key) as object, copy as object);
  if (part === undefined) Reflect.deleteProperty(parent, last);
  else Reflect.set(parent, last, part);
  return copy;
}
