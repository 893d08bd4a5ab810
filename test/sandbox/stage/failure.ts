import assert from 'node:assert/strict';
import { SigningError } from '@signering/schema';

/** For `assert.rejects`: an error of the product with this code, and these among its facts. */
export function failure(code: string, facts: Readonly<Record<string, unknown>>): (error: unknown) => true {
  return (error) => {
    assert.ok(error instanceof SigningError, String(error));
    assert.equal(error.code, code);
    const known: Readonly<Record<string, unknown>> = { ...error.facts };
    for (const [name, value] of Object.entries(facts)) assert.equal(known[name], value, name);
    return true;
  };
}
