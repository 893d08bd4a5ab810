import assert from 'node:assert/strict';
import { ApplicationFailure, defaultPayloadConverter, type Payload } from '@temporalio/common';
import {
  decodeFromPayloadsAtIndex,
  decodeOptionalFailureToOptionalError,
  encodeErrorToFailure,
  encodeToPayload,
  loadDataConverter,
} from '@temporalio/common/lib/internal-non-workflow/index.js';
import fc from 'fast-check';
import {
  createDataConverter,
  createPayloadCodec,
  formatKeys,
  generateKey,
  parseKeys,
  type EncryptionKey,
} from '@signering/encryption';
import { FAILURE_CONVERTER_PATH } from '@signering/worker';

const keysOf = (...keys: EncryptionKey[]) => parseKeys(formatKeys(keys));
const plain = (value: unknown): Payload => defaultPayloadConverter.toPayload(value);
const text = (bytes: Uint8Array | null | undefined) => Buffer.from(bytes ?? []).toString();
const asPlain = ({ metadata, data }: Payload) => ({
  metadata: Object.fromEntries(Object.entries(metadata ?? {}).map(([key, value]) => [key, text(value)])),
  data: Buffer.from(data ?? []).toString('hex'),
});

describe('payload codec', () => {
  const key = generateKey('2026');
  const codec = createPayloadCodec(keysOf(key));

  it('decrypts what it encrypted, for any payload', async () => {
    const payload = fc.record({
      metadata: fc.dictionary(fc.string(), fc.uint8Array({ maxLength: 50 }), {
        maxKeys: 4,
        noNullPrototype: true,
      }),
      data: fc.uint8Array({ maxLength: 300 }),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(payload, { maxLength: 3 }), async (payloads) => {
        const encrypted = await codec.encode(payloads);
        for (const { metadata } of encrypted) assert.equal(text(metadata?.['encoding']), 'binary/encrypted');
        assert.deepEqual((await codec.decode(encrypted)).map(asPlain), payloads.map(asPlain));
      }),
      { numRuns: 10_000 },
    );
  });

  it('shows the key id and a fresh nonce, and nothing of the content', async () => {
    const content = '13880199988 is in here';
    const [one, other] = await codec.encode([plain(content), plain(content)]);
    assert.deepEqual(Object.keys(one!.metadata!).sort(), [
      'encoding',
      'encryption-key-id',
      'encryption-nonce',
    ]);
    assert.equal(text(one!.metadata!['encryption-key-id']), '2026');
    assert.equal(one!.metadata!['encryption-nonce']!.byteLength, 12);
    assert.notDeepEqual(one!.metadata!['encryption-nonce'], other!.metadata!['encryption-nonce']);
    assert.ok(!Buffer.from(one!.data!).includes('13880199988'));
    assert.ok(!Buffer.from(one!.data!).includes('json/plain'));
  });

  it('detects a change of any byte', async () => {
    const [encrypted] = await codec.encode([plain({ signer: 1 })]);
    const change = async (changed: Payload) => {
      await assert.rejects(codec.decode([changed]), { code: 'KEY_MISMATCH', message: /changed/u });
    };
    const data = encrypted!.data!;
    for (let index = 0; index < data.byteLength; index += 1) {
      const changed = Uint8Array.from(data);
      changed[index]! ^= 1;
      await change({ ...encrypted!, data: changed });
    }
    await change({ ...encrypted!, data: data.subarray(0, data.byteLength - 1) });
    await change({ ...encrypted!, data: new Uint8Array() });
    const nonce = Uint8Array.from(encrypted!.metadata!['encryption-nonce']!);
    nonce[0]! ^= 1;
    await change({ ...encrypted!, metadata: { ...encrypted!.metadata, 'encryption-nonce': nonce } });
  });

  it('detects a changed key id', async () => {
    const both = createPayloadCodec(keysOf(key, { id: 'alias', secret: key.secret }));
    const [encrypted] = await codec.encode([plain(1)]);
    const moved = {
      ...encrypted!,
      metadata: { ...encrypted!.metadata, 'encryption-key-id': Buffer.from('alias') },
    };
    await assert.rejects(both.decode([moved]), { code: 'KEY_MISMATCH' });
  });

  it('names the missing key id and the next step', async () => {
    const encrypted = await codec.encode([plain(1)]);
    const other = createPayloadCodec(keysOf(generateKey('2027')));
    await assert.rejects(other.decode(encrypted), {
      code: 'KEY_MISMATCH',
      message: /"2026".*"2027".*SIGNERING_KEYS/u,
    });
  });

  it('reads under every key and writes under the first, so that keys can be rotated', async () => {
    const next = generateKey('2027');
    const rotated = createPayloadCodec(keysOf(next, key));
    const old = await codec.encode([plain('old')]);
    assert.deepEqual(asPlain((await rotated.decode(old))[0]!), asPlain(plain('old')));
    const [fresh] = await rotated.encode([plain('new')]);
    assert.equal(text(fresh!.metadata!['encryption-key-id']), '2027');
  });

  it('rejects encrypted payloads without a key id, and passes plain ones through', async () => {
    const foreign = { metadata: { encoding: Buffer.from('binary/encrypted') }, data: new Uint8Array(40) };
    await assert.rejects(codec.decode([foreign]), { code: 'KEY_MISMATCH', message: /another codec/u });
    assert.deepEqual(await codec.decode([plain('open')]), [plain('open')]);
  });

  it('works as a Temporal codec: values round-trip, failures have message and stack encrypted', async () => {
    const converter = loadDataConverter(createDataConverter(keysOf(key)));
    const worker = loadDataConverter({
      ...createDataConverter(keysOf(key)),
      failureConverterPath: FAILURE_CONVERTER_PATH,
    });
    const value = { name: 'Ola', bytes: 'æøå', list: [1, null, { deep: true }] };
    const payload = await encodeToPayload(converter, value);
    assert.deepEqual(await decodeFromPayloadsAtIndex(converter, 0, [payload]), value);

    const failure = ApplicationFailure.create({
      type: 'JOB_NOT_FOUND',
      message: 'about 13880199988',
      details: [{ about: '13880199988' }],
      cause: new Error('deep 13880199988'),
    });
    const encoded = await encodeErrorToFailure(worker, failure);
    const written = JSON.stringify(encoded, (_, part: unknown) =>
      part instanceof Uint8Array ? Buffer.from(part).toString('latin1') : part,
    );
    assert.ok(!written.includes('13880199988'));
    assert.ok(!written.includes('payload-codec.test'));
    assert.match(written, /JOB_NOT_FOUND/u);
    const decoded = await decodeOptionalFailureToOptionalError(converter, encoded);
    assert.ok(decoded instanceof ApplicationFailure);
    assert.equal(decoded.message, 'about 13880199988');
    assert.equal(decoded.cause?.message, 'deep 13880199988');
    assert.match(decoded.stack ?? '', /payload-codec\.test/u);
  });
});
