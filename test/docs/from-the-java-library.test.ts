import assert from 'node:assert/strict';
import { ERROR_CODES } from '@signering/schema';
import { SETTINGS } from '@signering/settings';
import { exportedNames, type ExportedNames } from './exported-names.js';
import { codeWords, tableRowsUnder } from './markdown.js';
import { readProjectFile } from './project-files.js';

const page = readProjectFile('docs/from-the-java-library.md');
const WITH_CLIENT = ['## Configuration', '## A job', '## Signers', '## Calls', '## Status'];
const settings: readonly string[] = SETTINGS.map(({ name }) => name);
const codes: readonly string[] = ERROR_CODES;

describe('docs/from-the-java-library.md', () => {
  let signingApi: ExportedNames;
  let client: ExportedNames;
  before(() => {
    [signingApi, client] = exportedNames(['signing-api', 'client']) as [ExportedNames, ExportedNames];
  });

  const rowsUnder = (heading: string) => {
    const rows = tableRowsUnder(page, heading);
    assert.ok(rows.length > 0, heading);
    return rows;
  };
  const missing = (cells: readonly (string | undefined)[], isThere: (name: string) => boolean) =>
    cells.flatMap((cell) => codeWords(cell ?? '')).filter((name) => !isThere(name));

  it('can tell what is exported from what is not', () => {
    for (const name of ['SigningError', 'PortalClient.cancelSignatureJob', 'QueueAnswer.nextPollInMs']) {
      assert.ok(signingApi.has(name), name);
    }
    for (const name of ['SigningClient', 'PortalClient.cancel', 'SigningError.code.x', 'Nothing']) {
      assert.ok(!signingApi.has(name), name);
    }
    assert.ok(client.has('SigningClient.connect'));
  });

  for (const heading of WITH_CLIENT) {
    it(`${heading.slice(3)}: every counterpart is exported, or a setting`, () => {
      const rows = rowsUnder(heading);
      const [inApi, inClient] = [rows.map((row) => row[1]), rows.map((row) => row[2])];
      assert.deepEqual(
        missing(inApi, (name) => signingApi.has(name)),
        [],
      );
      assert.deepEqual(
        missing(inClient, (name) =>
          name.startsWith('SIGNERING_') ? settings.includes(name) : client.has(name),
        ),
        [],
      );
      for (const row of rows) assert.equal(row.length, 4, row[0]);
    });
  }

  it('Exceptions: every code is one', () => {
    const rows = rowsUnder('## Exceptions');
    const named = rows.flatMap((row) => codeWords(row[1] ?? '')).filter((word) => /^[A-Z_]+$/u.test(word));
    assert.ok(named.length >= rows.length);
    assert.deepEqual(
      named.filter((code) => !codes.includes(code)),
      [],
    );
  });

  it('From the .NET library: every counterpart is exported', () => {
    const rows = rowsUnder('## From the .NET library');
    assert.deepEqual(
      missing(
        rows.map((row) => row[1]),
        (name) => signingApi.has(name),
      ),
      [],
    );
  });
});
