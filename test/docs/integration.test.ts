import assert from 'node:assert/strict';
import { posix } from 'node:path';
import { SIGNING_STATES } from '@signering/contract';
import { ERROR_CODES } from '@signering/schema';
import { codeWords, tableRowsUnder } from './markdown.js';
import { readProjectFile } from './project-files.js';

const guide = readProjectFile('docs/integration.md');

/** Each piece of code, with the last example that was linked before it. */
function quotations(): readonly { readonly file: string; readonly code: string }[] {
  return [...guide.matchAll(/^```(?:ts|js)\n([\s\S]*?)^```$/gmu)].map(({ 1: code = '', index }) => {
    const links = [...guide.slice(0, index).matchAll(/\]\((examples\/[^)]+)\)/gu)];
    return { file: posix.join('docs', links.at(-1)?.[1] ?? ''), code: code.trimEnd() };
  });
}

/** Whether code stands in a text line by line, all of it moved in by the same blanks. */
function isQuoted(code: string, text: string): boolean {
  const margins = new Set([...text.matchAll(/^ */gmu)].map(([blanks]) => blanks));
  const moved = (blanks: string): string => code.replaceAll(/^(?=.)/gmu, blanks);
  return [...margins].some((blanks) => `\n${text}`.includes(`\n${moved(blanks)}\n`));
}

describe('docs/integration.md', () => {
  it('quotes each piece of code from the example that it has just named, word for word', () => {
    const all = quotations();
    assert.ok(all.length > 5);
    for (const { file, code } of all) {
      assert.ok(isQuoted(code, readProjectFile(file)), `${file} does not hold\n${code}`);
    }
  });

  it('tells of every outcome', () => {
    const told = tableRowsUnder(guide, '## Outcomes').map(([outcome]) => codeWords(outcome ?? '')[0] ?? '');
    // The last states are the outcomes.
    assert.deepEqual(told, SIGNING_STATES.slice(SIGNING_STATES.indexOf('SIGNED')));
  });

  it('tells of every error code that the example explains to its visitors, and of no other', () => {
    const told = tableRowsUnder(guide, '## Errors').map(([code]) => codeWords(code ?? '')[0] ?? '');
    const explained = [
      ...readProjectFile('docs/examples/web-site/explain.ts').matchAll(/case '([A-Z_]+)'/gu),
    ].map(([, code]) => code ?? '');
    assert.deepEqual(told, explained);
    const known: readonly string[] = ERROR_CODES;
    assert.deepEqual(
      told.filter((code) => !known.includes(code)),
      [],
    );
  });

  it('lists its sections at its top', () => {
    const sections = [...guide.matchAll(/^## (.+)$/gmu)].map(([, title]) => title);
    const listed = [...guide.matchAll(/^- \[(.+)\]\(#/gmu)].map(([, title]) => title);
    assert.deepEqual(listed, sections);
  });
});
