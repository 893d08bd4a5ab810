import assert from 'node:assert/strict';
import { maskElevenDigits, maskIdentityNumbers } from '@signering/schema';

describe('masking', () => {
  it('finds a national identity number in a log line of a library, also after an escaped line break', () => {
    const line = '{"error":"no signer 01817010055 here\\n01817010055"}';
    assert.equal(maskIdentityNumbers(line), '{"error":"no signer 01********* here\\n01*********"}');
  });

  it('keeps other numbers, such as times, organisation numbers and digests', () => {
    const digest = `ab01817010055${'c'.repeat(51)}`;
    const line = `{"time":1763829384756,"organization":"984661185","attempt":12345678901,"sha256":"${digest}"}`;
    assert.equal(maskIdentityNumbers(line), line);
  });

  it('of user input ignores the check digits', () => {
    assert.equal(maskElevenDigits('pin:12345678901,order=1'), 'pin:12*********,order=1');
  });
});
