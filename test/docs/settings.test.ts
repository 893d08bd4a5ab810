import assert from 'node:assert/strict';
import { SETTINGS, type Setting } from '@signering/settings';
import { tableRowsUnder } from './markdown.js';
import { readProjectFile } from './project-files.js';

const settings: readonly Setting[] = SETTINGS;

function rowOf({ name, meaning, secret, default: byDefault, readBy, required }: Setting): readonly string[] {
  return [
    `\`${name}\``,
    `${meaning}${secret === true ? ' (secret)' : ''}`,
    byDefault === undefined ? '' : `\`${byDefault}\``,
    `${readBy.join(', ')}${required ? '' : ' (optional)'}`,
  ];
}

describe('README.md, settings', () => {
  it('tells of every environment variable what the code says of it', () => {
    const rows = tableRowsUnder(readProjectFile('README.md'), '## Settings');
    assert.deepEqual(rows, settings.map(rowOf));
  });
});
