import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';
import { anchorOf } from './markdown.js';
import { markdownFiles, PROJECT, readProjectFile } from './project-files.js';

const withoutCode = (markdown: string): string =>
  markdown.replaceAll(/^```[\s\S]*?^```$/gm, '').replaceAll(/`[^`\n]+`/g, '');

function relativeLinks(markdown: string): readonly string[] {
  return [...withoutCode(markdown).matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, target]) => target ?? '')
    .filter((target) => !/^[a-z]+:/.test(target));
}

function anchorsOf(markdown: string): readonly string[] {
  return [...markdown.replaceAll(/^```[\s\S]*?^```$/gm, '').matchAll(/^#+ (.+)$/gm)].map(([, text]) =>
    anchorOf(text ?? ''),
  );
}

describe('links in the documents', () => {
  for (const file of markdownFiles()) {
    it(`${file}: every relative link leads to a file, and to a heading where it names one`, () => {
      for (const link of relativeLinks(readProjectFile(file))) {
        const [path = '', anchor] = link.split('#');
        const target = path === '' ? file : posix.join(dirname(file), path);
        assert.ok(existsSync(join(PROJECT, target)), `${link}: there is no ${target}`);
        if (anchor === undefined) continue;
        const anchors = anchorsOf(readProjectFile(target));
        assert.ok(anchors.includes(anchor), `${link}: ${target} has no such heading`);
      }
    });
  }
});
