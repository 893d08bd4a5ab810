import assert from 'node:assert/strict';
import { pathToFileURL } from 'node:url';
import { join } from 'node:path';
import { z } from 'zod';
import { codeWords, tableRowsUnder } from './markdown.js';
import { PACKAGE, PROJECT, readProjectFile } from './project-files.js';

const house = z.object({
  HOUSE: z.record(z.string(), z.array(z.string())),
  OPEN_ROOMS: z.array(z.string()),
});

async function readHouse() {
  const config: unknown = await import(pathToFileURL(join(PROJECT, 'house.config.mjs')).href);
  return house.parse(config);
}

const contributing = readProjectFile('CONTRIBUTING.md');

/** Names the rooms of a cell in the way of house.config.mjs. */
function roomsIn(cell: string): readonly string[] {
  return [...cell.matchAll(/`([^`]+)`( \(types\))?/g)].map(([, room, types]) => `${room}${types ?? ''}`);
}

describe('CONTRIBUTING.md', () => {
  it('says who may import whom just as the lint rule does', async () => {
    const { HOUSE } = await readHouse();
    const rows = tableRowsUnder(contributing, '## Who may import whom');
    const entries = rows.map(([room, others]): [string, readonly string[]] => [
      roomsIn(room ?? '')[0] ?? '',
      roomsIn(others ?? ''),
    ]);
    const told = Object.fromEntries(entries);
    assert.deepEqual(told, HOUSE);
  });

  it('says where each room is, the open ones too', async () => {
    const { HOUSE, OPEN_ROOMS } = await readHouse();
    const rows = tableRowsUnder(contributing, '## What belongs where');
    const told = rows.flatMap(([room]) => codeWords(room ?? '')).map((name) => name.replace(/\/$/, ''));
    assert.deepEqual(
      [...Object.keys(HOUSE), ...OPEN_ROOMS].filter((room) => !told.includes(room)),
      [],
    );
  });

  it('lists the scripts that there are', () => {
    const rows = tableRowsUnder(contributing, '## Scripts');
    const told = rows.map(([script]) => codeWords(script ?? '')[0]?.replace(/^npm (run )?/, ''));
    // npm runs those that begin with pre by itself; prepare-checkout is what they run.
    const there = Object.keys(PACKAGE.scripts).filter((name) => !name.startsWith('pre'));
    assert.deepEqual([...told].sort(), there.sort());
  });
});
