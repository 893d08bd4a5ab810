import assert from 'node:assert/strict';
import { readCreateRequestParts } from '@signering/sandbox/internal/api/read-multipart.js';
import { ServiceRefusal } from '@signering/sandbox/internal/api/service-refusal.js';

const TYPE = 'multipart/mixed; boundary=b';
const WHOLE =
  '--b\r\nContent-Type: application/xml\r\n\r\n<a/>\r\n' +
  '--b\r\nContent-Type: application/octet-stream\r\n\r\nPK\x03\x04\r\n--b--\r\n';

describe('a multipart request', () => {
  it('is split into its two parts', async () => {
    const { request, documentPackage } = await readCreateRequestParts(TYPE, Buffer.from(WHOLE));
    assert.equal(request.toString(), '<a/>');
    assert.equal(documentPackage.toString(), 'PK\x03\x04');
  });

  it('that is truncated anywhere is rejected, without an unhandled rejection', async () => {
    const stray: unknown[] = [];
    const remember = (reason: unknown) => stray.push(reason);
    process.on('unhandledRejection', remember);
    try {
      // Up to the last boundary's second hyphen.
      for (let length = 0; length < WHOLE.length - 2; length += 1) {
        const cut = Buffer.from(WHOLE.slice(0, length));
        await assert.rejects(readCreateRequestParts(TYPE, cut), ServiceRefusal, `cut at ${length}`);
      }
      await new Promise((resolve) => setImmediate(resolve));
    } finally {
      process.off('unhandledRejection', remember);
    }
    assert.deepEqual(stray, []);
  });
});
