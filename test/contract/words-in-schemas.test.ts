import assert from 'node:assert/strict';
import { Ajv2020 } from 'ajv/dist/2020.js';
import type { z } from 'zod';
import { jobRequestSchemas } from '@signering/client';
import { SCHEMAS as REQUESTS } from '@signering/client/internal/request/job-request-schemas.js';
import { jsonSchemas } from '@signering/contract/schemas';
import { SCHEMAS } from '@signering/contract/internal/schemas/json-schemas.js';
import { INPUT_SAMPLES } from './input-samples.js';

/** The parts of a JSON Schema that this file reads. */
interface Schema {
  readonly type?: string;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
  readonly minimum?: number;
  readonly pattern?: string;
}

/** A place in a schema: a path in which `[]` is any item of a list. */
interface Place {
  readonly path: readonly string[];
  readonly kind: 'WORD' | 'OBJECT';
}

const LATER = 'LATER_WORD';

const PARSERS: Readonly<Record<string, z.ZodType>> = Object.fromEntries([
  ...Object.entries(SCHEMAS).map(([name, [, parser]]) => [name, parser as z.ZodType] as const),
  ...Object.entries(REQUESTS).map(([name, [, , parser]]) => [name, parser as z.ZodType] as const),
]);

describe('every schema of the package', () => {
  const ajv = new Ajv2020({ strict: true, formats: { 'date-time': true } });
  const all = Object.entries({ ...jsonSchemas(), ...jobRequestSchemas() });

  for (const [name, json] of all) {
    const validate = ajv.compile(json);
    const schema = json as Schema;
    const isRequest = name.endsWith('-request');
    const parses = (value: unknown): boolean => {
      // In a request, the flow chooses the parser.
      const { flow: _, ...request } = value as Readonly<Record<string, unknown>>;
      return PARSERS[name]!.safeParse(isRequest ? request : value).success;
    };

    if (/-(?:answer|result|payload)$/u.test(name)) {
      it(`${name} accepts unknown words and members wherever there are any`, () => {
        const sample = sampleOf(schema);
        for (const value of [sample, ...placesIn(schema).flatMap((place) => changedAt(sample, place))]) {
          assert.ok(validate(value), `${JSON.stringify(value)}: ${ajv.errorsText(validate.errors)}`);
          assert.ok(parses(value), JSON.stringify([PARSERS[name]!.safeParse(value).error, value]));
        }
      });
    } else {
      it(`${name} rejects unknown words and members wherever there are any`, () => {
        const samples = INPUT_SAMPLES[name] ?? [];
        for (const sample of samples) {
          assert.ok(validate(sample), ajv.errorsText(validate.errors));
          assert.ok(parses(sample), JSON.stringify(PARSERS[name]!.safeParse(sample).error));
        }
        for (const place of placesIn(schema)) {
          const changed = samples.flatMap((sample) => changedAt(sample, place));
          assert.ok(changed.length > 0, `no sample has ${place.path.join('.')}`);
          for (const value of changed) {
            assert.ok(!validate(value), JSON.stringify(value));
            // A parser of requests has no flow.
            if (place.path[0] !== 'flow') assert.ok(!parses(value), JSON.stringify(value));
          }
        }
      });
    }
  }

  it('is an input or an answer by its name, and answers have words', () => {
    assert.ok(all.every(([name]) => /-(?:answer|result|payload|input|request)$/u.test(name)));
    assert.deepEqual(
      Object.keys(INPUT_SAMPLES).sort(),
      all
        .map(([name]) => name)
        .filter((name) => /-(?:input|request)$/u.test(name))
        .sort(),
    );
    const words = all.flatMap(([name, json]) =>
      /-(?:answer|result|payload)$/u.test(name)
        ? placesIn(json as Schema).filter(({ kind }) => kind === 'WORD')
        : [],
    );
    assert.ok(words.length >= 20, `${words.length} words`);
  });
});

/** Every word and every object of a schema. */
function placesIn(schema: Schema, path: readonly string[] = []): readonly Place[] {
  const { properties, items, anyOf, oneOf } = schema;
  const forms = [...(anyOf ?? []), ...(oneOf ?? [])];
  // A closed word is one too; the number of a version and a mark that is true are not.
  const isWord = schema.enum !== undefined || typeof schema.const === 'string';
  return [
    ...(isWord ? [{ path, kind: 'WORD' } as const] : []),
    ...(properties === undefined ? [] : [{ path, kind: 'OBJECT' } as const]),
    ...Object.entries(properties ?? {}).flatMap(([name, part]) => placesIn(part, [...path, name])),
    ...(items === undefined ? [] : placesIn(items, [...path, '[]'])),
    ...forms.flatMap((form) => placesIn(form, path)),
  ];
}

/** A value with every member that an answer can have. */
function sampleOf(schema: Schema): unknown {
  const [form] = schema.anyOf ?? schema.oneOf ?? [];
  if (form !== undefined) return sampleOf(form);
  if (schema.const !== undefined) return schema.const;
  if (schema.enum !== undefined) return schema.enum[0];
  switch (schema.type) {
    case 'object': {
      const members = Object.entries(schema.properties ?? {});
      const sample = members.map(([name, part]) => [name, sampleOf(part)] as const);
      return Object.fromEntries(members.length > 0 ? sample : [['caseNumber', '17']]);
    }
    case 'array':
      return [sampleOf(schema.items ?? {})];
    case 'integer':
    case 'number':
      return Math.max(schema.minimum ?? 1, 1);
    case 'boolean':
      return true;
    case undefined:
    default:
      // An organisation number is the only text of an answer with a form.
      return schema.pattern === undefined ? 'text' : '312345676';
  }
}

/** Copies of a value with an unknown word or member at a place, one for each item of its lists that has the place. */
function changedAt(value: unknown, { path, kind }: Place): readonly unknown[] {
  const [name, ...rest] = path;
  if (name === '[]') {
    if (!Array.isArray(value)) return [];
    return value.flatMap((item, index) =>
      changedAt(item, { path: rest, kind }).map((changed) => value.with(index, changed) as unknown),
    );
  }
  if (name === undefined) {
    if (kind === 'WORD') return typeof value === 'object' ? [] : [LATER];
    return typeof value === 'object' ? [{ ...value, laterMember: LATER }] : [];
  }
  const part: unknown = Object(value) === value ? Reflect.get(value as object, name) : undefined;
  if (part === undefined) return [];
  return changedAt(part, { path: rest, kind }).map((changed) => ({ ...(value as object), [name]: changed }));
}
