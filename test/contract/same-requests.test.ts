import assert from 'node:assert/strict';
import { basename, extname } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import { jobRequestSchemas, type DirectJobRequest, type PortalJobRequest } from '@signering/client';
import { prepareDirectJob, preparePortalJob } from '@signering/client/request';
import { jsonSchemas, problemsOfInputs, type InputCheckOptions } from '@signering/contract/schemas';
import { InvalidInputError } from '@signering/schema';
import { pdfSaying } from '../client/requests.js';
import { seeded } from '../seed.js';
import { directRequests, portalRequests } from './request-arbitraries.js';

type Parts = Readonly<Record<string, unknown>>;

const QUEUE = { pollingQueue: 'signering-workflows' };
const SHA_256 = 'f'.repeat(64);
const IDENTITY_NUMBER_CHECK = fc.constantFrom(undefined, 'on', 'off');

describe('a request to the client and the same request to the contract', () => {
  const ajv = new Ajv2020({ strict: true, formats: { 'date-time': true } });
  let content: Uint8Array;
  before(async () => {
    content = await pdfSaying('Lease');
  });

  it('are both accepted or both rejected in the portal flow', async () => {
    const check = agreement('portal', portalInput, (request, options) =>
      preparePortalJob(request as unknown as PortalJobRequest, { ...QUEUE, ...options }),
    );
    await fc.assert(
      fc.asyncProperty(portalRequests(content, Date.now()), IDENTITY_NUMBER_CHECK, check.holds),
      seeded({ numRuns: 500 }),
    );
    check.sawEverything();
  });

  it('are both accepted or both rejected in the direct flow', async () => {
    const check = agreement('direct', directInput, (request, options) =>
      prepareDirectJob(request as unknown as DirectJobRequest, { ...QUEUE, ...options }),
    );
    await fc.assert(
      fc.asyncProperty(directRequests(content), IDENTITY_NUMBER_CHECK, check.holds),
      seeded({ numRuns: 500 }),
    );
    check.sawEverything();
  });

  function agreement(
    flow: 'portal' | 'direct',
    inputOf: (request: Parts) => Parts,
    prepare: (request: Parts, options: InputCheckOptions) => Promise<unknown>,
  ) {
    const inputSchema = jsonSchemas()[`${flow}-signing-input`];
    const requestSchema = jobRequestSchemas()[`${flow}-job-request`];
    const takesInput = ajv.compile(inputSchema);
    const takesRequest = ajv.compile(requestSchema);
    const seen = { taken: 0, refused: 0 };
    const placesTaken = new Set<string>();
    return {
      holds: async (
        request: Parts,
        identityNumberCheck: InputCheckOptions['identityNumberCheck'],
      ): Promise<void> => {
        const client = await prepare(request, { identityNumberCheck }).then(
          () => [],
          (error: unknown) => {
            assert.ok(error instanceof InvalidInputError, String(error));
            return error.facts.problems ?? [];
          },
        );
        const input = inputOf(request);
        const contract = problemsOfInputs(input, { identityNumberCheck })[`${flow}Signing`] ?? [];
        assert.equal(
          client.length === 0,
          contract.length === 0,
          JSON.stringify({ client, contract }, undefined, 1),
        );
        seen[client.length === 0 ? 'taken' : 'refused'] += 1;
        if (contract.length > 0) return;
        // JSON Schema cannot express every rule; it never rejects what the client or the worker accepts.
        assert.ok(takesInput(input), JSON.stringify(takesInput.errors));
        const written = {
          flow: flow.toUpperCase(),
          ...request,
          documents: listIn(request['documents'], inBase64),
        };
        assert.ok(takesRequest(written), JSON.stringify(takesRequest.errors));
        for (const place of placesOf(request)) placesTaken.add(place);
      },
      sawEverything: (): void => {
        console.log(`      ${JSON.stringify(seen)}`);
        assert.ok(seen.taken > 0 && seen.refused > 0, JSON.stringify(seen));
        const missing = placesInSchema(requestSchema as PartSchema).filter(
          (place) => !placesTaken.has(place),
        );
        // `flow` is not a member of a request in TypeScript, and a file has the same rules as bytes.
        assert.deepEqual(missing, ['flow', 'documents[].file']);
      },
    };
  }
});

/** Each path of a request that has a value, such as `signers[].order`. */
function placesOf(value: unknown, place = ''): readonly string[] {
  if (value instanceof Uint8Array) return [];
  if (Array.isArray(value)) return value.flatMap((one: unknown) => placesOf(one, `${place}[]`));
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, part]) => {
    const inner = place === '' ? name : `${place}.${name}`;
    return [inner, ...placesOf(part, inner)];
  });
}

interface PartSchema {
  readonly properties?: Readonly<Record<string, PartSchema>>;
  readonly items?: PartSchema;
}

/** Each path that a request may have. */
function placesInSchema({ properties = {}, items }: PartSchema, place = ''): readonly string[] {
  if (items !== undefined) return placesInSchema(items, `${place}[]`);
  return Object.entries(properties).flatMap(([name, part]) => {
    const inner = place === '' ? name : `${place}.${name}`;
    return [inner, ...placesInSchema(part, inner)];
  });
}

function inBase64({ content, ...document }: Parts): unknown {
  return content instanceof Uint8Array
    ? { ...document, content: Buffer.from(content).toString('base64') }
    : { ...document, content };
}

/** The same order as a system in another language writes it. */
function portalInput({ reference = 'Lease', availableSeconds, activationTime, ...request }: Parts): Parts {
  const availability = defined({ availableSeconds, activationTime });
  return inputOf(reference, {
    pollingQueue: QUEUE.pollingQueue,
    ...request,
    documents: documentsIn(request),
    signers: listIn(request['signers'], ({ emailAddress, mobileNumber, useContactRegister, ...signer }) => ({
      ...signer,
      ...given('notifications', defined({ emailAddress, mobileNumber })),
      ...(useContactRegister === undefined ? {} : { notificationsUsingLookup: lookupOf(useContactRegister) }),
    })),
    ...given('availability', availability),
  });
}

function directInput({ reference = 'Lease', statusRetrievalMethod: _, ...request }: Parts): Parts {
  return inputOf(reference, {
    ...request,
    documents: documentsIn(request),
    signers: listIn(request['signers'], ({ personalIdentificationNumber, signerIdentifier, ...signer }) => ({
      identifier: defined({ personalIdentificationNumber, signerIdentifier }),
      ...signer,
    })),
  });
}

function inputOf(reference: unknown, job: Parts): Parts {
  return { version: 1, organizationNumber: '312345676', reference, contentDigest: SHA_256, job };
}

function documentsIn({ documents }: Parts): unknown {
  return listIn(documents, ({ content, ...document }, index) => ({
    sha256: SHA_256,
    size: content instanceof Uint8Array ? content.length : 1,
    name: `document-${index + 1}.pdf`,
    mediaType: 'application/pdf',
    title: titleOf(document, index),
    ...document,
  }));
}

/** Without a title the file name is used, at most 80 characters of it. */
function titleOf({ name }: Parts, index: number): string {
  const stem = typeof name === 'string' ? basename(name, extname(name)) : `document-${index + 1}`;
  return Array.from(stem.normalize('NFC')).slice(0, 80).join('');
}

function lookupOf(useContactRegister: unknown): unknown {
  if (useContactRegister === 'EMAIL' || useContactRegister === 'EMAIL_AND_SMS') {
    return { sms: useContactRegister === 'EMAIL_AND_SMS' };
  }
  return { sms: 'not a value of the client' };
}

function listIn(list: unknown, each: (parts: Parts, index: number) => unknown): unknown {
  return Array.isArray(list)
    ? list.map((one: unknown, place) =>
        typeof one === 'object' && one !== null && !Array.isArray(one) ? each(one as Parts, place) : one,
      )
    : list;
}

function defined(parts: Parts): Parts {
  return Object.fromEntries(Object.entries(parts).filter(([, value]) => value !== undefined));
}

function given(name: string, parts: Parts): Parts {
  return Object.keys(parts).length === 0 ? {} : { [name]: parts };
}
