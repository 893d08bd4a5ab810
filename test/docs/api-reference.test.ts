import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { z } from 'zod';
import { freshFolder } from '../fixtures/index.js';
import { PROJECT } from './project-files.js';

const TYPEDOC = join(PROJECT, 'node_modules', 'typedoc', 'bin', 'typedoc');

// TypeDoc's numbers for what something is.
const MODULE = 2;
const CLASS = 128;
const INTERFACE = 256;
const FUNCTION = 64;
const METHOD = 2048;

const Text = z.array(z.object({ text: z.string() }));
const Signature = z.object({
  comment: z
    .object({
      summary: Text,
      blockTags: z.array(z.object({ tag: z.string(), content: Text })).optional(),
    })
    .optional(),
});
interface Reflection {
  readonly name: string;
  readonly kind: number;
  readonly signatures?: z.infer<typeof Signature>[] | undefined;
  readonly children?: Reflection[] | undefined;
}
const Reflection: z.ZodType<Reflection> = z.object({
  name: z.string(),
  kind: z.number(),
  signatures: z.array(Signature).optional(),
  get children() {
    return z.array(Reflection).optional();
  },
});

/** What a program that failed has printed. */
const Said = z.object({ stdout: z.string(), stderr: z.string() });

/** What can be called, such as `signing-api.PortalClient.cancelSignatureJob`, and what is said of it. */
interface Callable {
  readonly name: string;
  readonly summary: string;
  readonly tags: readonly string[];
}

/** These end in no error of ours. */
const WITHOUT_ERRORS = [
  'client.explainJob',
  'client.generateKey',
  'client.isKnownErrorCode',
  'client.jobRequestSchemas',
  'client.makeCsv',
  'client.ClientLogger.debug',
  'client.ClientLogger.warn',
  'client.Signing.close',
  'client.Signing.[asyncDispose]',
  'client.SigningClient.close',
  'client.SigningClient.[asyncDispose]',
  'client/testing.InMemorySigningClient.close',
  'client/testing.InMemorySigningClient.[asyncDispose]',
  'client/testing.InMemorySigningClient.failNextCall',
  'client/testing.InMemorySigningClient.listQueues',
  'signing-api.SigningApi.close',
  'signing-api.SigningApi.[asyncDispose]',
  'signing-api.buildDirectJob',
  'signing-api.buildPortalJob',
  'signing-api.countedProcesses',
  'signing-api.dumpDocumentPackages',
  'signing-api.findDirectSignature',
  'signing-api.inspectDocuments',
  'signing-api.isFinal',
  'signing-api.shippedTrustedCertificates',
];

/** These say messages of the service, so that the specification has a word for them. */
const CALLS_OF_THE_SERVICE =
  /^signing-api\.(?:Portal|Direct|LongTermStorage|SignedDocuments)Client\.|^signing-api\.build/u;

describe('the API reference', () => {
  let callables: readonly Callable[];

  before(async () => {
    const json = join(freshFolder('reference'), 'reference.json');
    // Fails for undocumented exports, broken links, and types that are not exported.
    await promisify(execFile)(
      process.execPath,
      [TYPEDOC, '--options', 'docs/api-reference/typedoc.json', '--json', json, '--logLevel', 'Warn'],
      {
        cwd: PROJECT,
      },
    ).catch((error: unknown) => {
      const { stdout, stderr } = Said.parse(error);
      assert.fail(`TypeDoc finds mistakes:\n${stdout}${stderr}`);
    });
    callables = callablesIn(Reflection.parse(JSON.parse(await readFile(json, 'utf8'))));
  });

  it('knows all entry points', () => {
    const names = callables.map(({ name }) => name);
    for (const name of ['client.SigningClient.startPortalJob', 'signing-api.createSigningApi']) {
      assert.ok(names.includes(name), name);
    }
    assert.deepEqual(
      WITHOUT_ERRORS.filter((name) => !names.includes(name)),
      [],
    );
  });

  it('says of each function what it means, and what it can fail with', () => {
    const silent = callables.filter(
      ({ name, tags }) =>
        !WITHOUT_ERRORS.includes(name) && !name.endsWith('.toJSON') && !tags.includes('@throws'),
    );
    assert.deepEqual(
      silent.map(({ name }) => name),
      [],
    );
    assert.deepEqual(
      callables.filter(({ summary }) => summary.length <= 20).map(({ name }) => name),
      [],
    );
  });

  it('names for each call of the service its source in the specification', () => {
    const calls = callables.filter(({ name }) => CALLS_OF_THE_SERVICE.test(name));
    assert.ok(calls.length > 15);
    assert.deepEqual(
      calls.filter(({ summary }) => !summary.includes('Spec: ')).map(({ name }) => name),
      [],
    );
  });
});

function callablesIn({ name, kind, signatures, children = [] }: Reflection, path = ''): readonly Callable[] {
  if (kind === FUNCTION || kind === METHOD) {
    return (signatures ?? []).map(({ comment }) => ({
      name: path + name,
      summary: (comment?.summary ?? []).map(({ text }) => text).join(''),
      tags: (comment?.blockTags ?? []).map(({ tag }) => tag),
    }));
  }
  const isParent = [MODULE, CLASS, INTERFACE].includes(kind);
  return children.flatMap((child) => callablesIn(child, isParent ? `${path}${name}.` : path));
}
