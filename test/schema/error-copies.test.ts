import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import * as clientErrors from '@signering/client/internal/errors.js';
import * as schema from '@signering/schema';
import { PROJECT } from '../docs/project-files.js';

describe('instanceof between two copies of the packages', () => {
  let folder: string;
  let otherSchema: typeof schema;
  let otherClientErrors: typeof clientErrors;

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'signering-copies-'));
    const copy = join(folder, 'node_modules', '@signering', 'schema');
    for (const part of ['package.json', 'dist']) {
      cpSync(join(PROJECT, 'schema', part), join(copy, part), { recursive: true });
    }
    cpSync(join(PROJECT, 'client', 'dist', 'errors.js'), join(folder, 'errors.mjs'));
    otherSchema = (await import(pathToFileURL(join(copy, 'dist', 'index.js')).href)) as typeof schema;
    otherClientErrors = (await import(pathToFileURL(join(folder, 'errors.mjs')).href)) as typeof clientErrors;
  });

  after(() => rmSync(folder, { recursive: true, force: true }));

  it('holds for the base class, in both directions', () => {
    assert.notEqual(otherSchema.SigningError, schema.SigningError);
    const ours = new schema.SigningError('JOB_NOT_FOUND', 'No job.');
    const theirs = new otherSchema.SigningError('JOB_NOT_FOUND', 'No job.');
    assert.ok(theirs instanceof schema.SigningError);
    assert.ok(ours instanceof otherSchema.SigningError);
  });

  it('holds for subclasses of every package, and only for their own class and base', () => {
    const ended = new otherClientErrors.JobEndedError('A-1');
    assert.ok(ended instanceof clientErrors.JobEndedError);
    assert.ok(ended instanceof schema.SigningError);
    assert.ok(!(ended instanceof clientErrors.JobNotFoundError));
    assert.ok(!(ended instanceof schema.InvalidInputError));
    const invalid = new otherSchema.InvalidInputError('INVALID_REQUEST', 'Refused', []);
    assert.ok(invalid instanceof schema.InvalidInputError);
    assert.ok(!(new schema.SigningError('INVALID_REQUEST', 'Refused') instanceof schema.InvalidInputError));
  });

  it('tells two classes of one copy apart that a bundler gave the same name', () => {
    const shortened = () => {
      const t = class extends schema.SigningError {};
      return t;
    };
    const [One, Other] = [shortened(), shortened()];
    assert.equal(One.name, Other.name);
    const error = new One('JOB_NOT_FOUND', 'No job.');
    assert.ok(error instanceof One);
    assert.ok(error instanceof schema.SigningError);
    assert.ok(!(error instanceof Other));
  });

  it('does not hold for other errors, nor for values that are no errors', () => {
    const others: unknown[] = [
      new Error('x'),
      Object.assign(new Error('x'), { code: 'JOB_ENDED' }),
      null,
      'x',
    ];
    for (const value of others) assert.ok(!(value instanceof schema.SigningError));
  });
});
