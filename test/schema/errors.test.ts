import assert from 'node:assert/strict';
import { InvalidInputError, SigningError } from '@signering/schema';

describe('an error as JSON', () => {
  it('has name, code, message, retryable and facts, and no explanation of the service', () => {
    const error = new SigningError('RATE_LIMITED', 'Too many calls.', {
      retryAfterMs: 30_000,
      serviceMessage: 'Kari Nordmann is blocked',
      cause: new Error('HTTP 429'),
    });
    assert.deepEqual(JSON.parse(JSON.stringify({ error })), {
      error: {
        name: 'SigningError',
        code: 'RATE_LIMITED',
        message: 'Too many calls.',
        retryable: true,
        facts: { retryAfterMs: 30_000 },
      },
    });
  });
});

describe('an InvalidInputError', () => {
  it('lists its problems, also when there are none', () => {
    const problems = [{ path: 'title', message: 'is missing' }];
    assert.deepEqual(new InvalidInputError('INVALID_REQUEST', 'Refused', problems).problems, problems);
    assert.deepEqual(new InvalidInputError('INVALID_REQUEST', 'Refused', []).problems, []);
  });
});
