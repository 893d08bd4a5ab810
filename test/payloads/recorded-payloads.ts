// Payloads of a real run, which `npm run record-payloads` writes, and what a later version could make of them.
import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { PROJECT, readProjectFile } from '../docs/project-files.js';

type Parts = Readonly<Record<string, unknown>>;
/** A message with its argument and its answer. */
interface Exchange {
  readonly input: Parts;
  readonly answer: Parts;
}

/** Ledger entry, receipts and metadata of a job, by their paths in the storage folder. */
type StoredFiles = Readonly<Record<string, Parts>>;

/** What a client and a worker of one release sent each other, and what the worker wrote. */
export interface RecordedPayloads {
  readonly portalSigning: {
    readonly input: Parts;
    readonly describe: Parts;
    readonly cancel: Exchange;
    readonly result: Parts;
  };
  readonly directSigning: {
    readonly input: Parts;
    readonly describe: Parts;
    readonly redirectUrls: Exchange;
    readonly freshRedirectUrl: Exchange;
    readonly signerReturned: Exchange & {
      readonly failure: { readonly type: string; readonly details: readonly Parts[] };
    };
    readonly result: Parts;
  };
  readonly statusQueue: { readonly describeQueue: Parts & { readonly undelivered: readonly Parts[] } };
  /** By reference. */
  readonly stored: Readonly<Record<string, StoredFiles>>;
}

/** The payloads of each release. */
export const RECORDED: readonly (RecordedPayloads & { readonly release: string })[] = readdirSync(
  join(PROJECT, 'test/payloads'),
)
  .filter((file) => file.endsWith('.json'))
  .map((file) => ({
    release: file.replace(/\.json$/u, ''),
    ...(JSON.parse(readProjectFile(`test/payloads/${file}`)) as RecordedPayloads),
  }));

/** For each member that has words of an open set: a word of a later version. */
const LATER_WORDS: Readonly<Record<string, string>> = {
  flow: 'VIDEO',
  state: 'WAITING_FOR_NOTARY',
  outcome: 'WITHDRAWN',
  status: 'PAUSED',
  step: 'NOTARIZE',
  withdrawn: 'SOON',
  result: 'PARTLY',
  severity: 'REMARK',
  decision: 'POSTPONE',
};

/** A copy with a further member in every object, and with other words. Only the sender adds members to its metadata. */
export function later<Value>(value: Value, words: Readonly<Record<string, string>> = LATER_WORDS): Value {
  if (Array.isArray(value)) return value.map((one: unknown) => later(one, words)) as Value;
  if (typeof value !== 'object' || value === null) return value;
  const parts = Object.entries(value).map(([name, part]: [string, unknown]) => [
    name,
    name === 'metadata' && isTexts(part)
      ? part
      : typeof part === 'string'
        ? (words[name] ?? part)
        : later(part, words),
  ]);
  return { ...(Object.fromEntries(parts) as Value), laterMember: { nested: ['later'] } };
}

/** Asserts that each word of a later version is UNKNOWN with its text, and that there is one in each of the members. */
export function demandOpened(answer: object, members: readonly string[], words = LATER_WORDS): void {
  const found = new Set<string>();
  const visit = (value: unknown): void => {
    if (Array.isArray(value)) value.forEach(visit);
    if (Array.isArray(value) || typeof value !== 'object' || value === null) return;
    for (const [name, part] of Object.entries(value) as [string, unknown][]) {
      const text: unknown = Reflect.get(value, `${name}Text`);
      if (text === undefined) assert.notEqual(part, words[name], `${name} is ${String(part)}`);
      else
        assert.deepEqual([part, Object.values(words).some((word) => word === text)], ['UNKNOWN', true], name);
      if (text !== undefined) found.add(name);
      visit(part);
    }
  };
  visit(answer);
  assert.deepEqual([...found].sort(), [...members].sort());
}

function isTexts(value: unknown): boolean {
  return Object.values(Object(value) as object).every((part) => typeof part === 'string');
}

/** Paths of members that a value has and another one lacks, or has with another type. */
export function missingIn(other: unknown, value: unknown, path = ''): readonly string[] {
  if (Array.isArray(value)) {
    if (!Array.isArray(other)) return [path];
    return value
      .slice(0, other.length)
      .flatMap((one, index) => missingIn(other[index], one, `${path}[${index}]`));
  }
  if (typeof value !== 'object' || value === null) return typeof other === typeof value ? [] : [path];
  if (typeof other !== 'object' || other === null) return [path];
  return Object.entries(value).flatMap(([name, part]) =>
    missingIn((other as Parts)[name], part, path === '' ? name : `${path}.${name}`),
  );
}
