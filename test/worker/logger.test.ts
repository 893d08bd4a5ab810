import assert from 'node:assert/strict';
import { maskLogLine } from '../../worker/logger.js';

describe('a log line', () => {
  it('loses a national identity number that a library put into it', () => {
    const masked = maskLogLine('{"error":"no signer 01817010055 here"}');
    assert.equal(masked, '{"error":"no signer 01********* here"}');
  });

  it('keeps other numbers, such as times and organisation numbers', () => {
    const line = '{"time":1763829384756,"organization":"984661185","attempt":12345678901}';
    assert.equal(maskLogLine(line), line);
  });
});
