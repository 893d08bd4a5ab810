// Part of `npm run lint`: reports the words of plain-english-words.mjs in comments, messages, test names and Markdown,
// in every language of the checkout. Skips code, quotations ("…", “…”, «…», Markdown block quotes) and generated files.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { CHECKOUT } from './prepare/checkout.mjs';
import { WORDS } from './plain-english-words.mjs';

const GENERATED = ['client/schemas/', 'docs/reference/', 'scripts/plain-english-words.mjs'];
const QUOTATION = /"[^"\n]*"|“[^”]*”|«[^»]*»|`[^`\n]*`/gu;
/** Between two words a comment may continue on the next line. */
const GAP = String.raw`\s+(?:(?:\*|//|#)\s+)?`;
const RULES = WORDS.map(({ word, ...rule }) => ({
  ...rule,
  pattern: new RegExp(String.raw`(?<![\w-])(?:${word.replaceAll(' ', GAP)})(?![\w-])`, 'giu'),
}));

const listed = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], {
  cwd: CHECKOUT,
  encoding: 'utf8',
});
const isLeftOut = (path) => GENERATED.some((prefix) => path.startsWith(prefix));
/** The first reader whose pattern matches a path finds the prose of that file. */
const READERS = [
  { pattern: /\.md$/u, proseOf: proseOfMarkdown },
  { pattern: /\.(?:[mc]?ts|tsx|[mc]?js|java)$/u, proseOf: proseOfScript },
  { pattern: /\.css$/u, proseOf: proseOfStyleSheet },
  {
    pattern: /\.(?:sh|py|ya?ml)$|(?:^|\/)(?:Dockerfile|\.ci\/run|\.dockerignore|\.gitignore)$/u,
    proseOf: proseOfHashComments,
  },
];

const findings = listed.split('\n').flatMap((path) => {
  const reader = isLeftOut(path) ? undefined : READERS.find(({ pattern }) => pattern.test(path));
  if (reader === undefined) return [];
  const text = readFileSync(join(CHECKOUT, path), 'utf8');
  const lineOf = lineCounterOf(text);
  return reader
    .proseOf(text, path)
    .flatMap(({ start, content }) =>
      findIn(content).map((found) => ({ ...found, path, line: lineOf(start + found.at) })),
    );
});
for (const { path, line, found, plain, reason } of findings) {
  console.error(`${path}:${line}  "${found.replaceAll(/\s+/gu, ' ')}": write ${plain}. ${reason}`);
}
process.exitCode = findings.length > 0 ? 1 : 0;

function findIn(content) {
  const unquoted = content.replaceAll(QUOTATION, (quoted) => ' '.repeat(quoted.length));
  return RULES.flatMap(({ pattern, plain, reason }) =>
    Array.from(unquoted.matchAll(pattern), ({ 0: found, index }) => ({ at: index, found, plain, reason })),
  );
}

/** Comments, and string literals of several words. The parser also finds them in Java, whose lexical rules are close. */
function proseOfScript(text, path) {
  const kind = path.endsWith('.tsx')
    ? ts.ScriptKind.TSX
    : /\.[mc]?js$/u.test(path)
      ? ts.ScriptKind.JS
      : ts.ScriptKind.TS;
  const file = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, false, kind);
  const prose = new Map();
  const add = (start, end) => prose.set(start, { start, content: text.slice(start, end) });
  const visit = (node) => {
    for (const { pos, end } of ts.getLeadingCommentRanges(text, node.pos) ?? []) add(pos, end);
    for (const { pos, end } of ts.getTrailingCommentRanges(text, node.end) ?? []) add(pos, end);
    const isText =
      ts.isStringLiteralLike(node) || ts.isTemplateHead(node) || ts.isTemplateMiddleOrTemplateTail(node);
    const start = isText ? node.getStart(file) + 1 : 0;
    if (isText && text.slice(start, node.end - 1).includes(' ')) add(start, node.end - 1);
    ts.forEachChild(node, visit);
  };
  visit(file);
  for (const { pos, end } of ts.getLeadingCommentRanges(text, file.endOfFileToken.pos) ?? []) add(pos, end);
  return [...prose.values()];
}

/** Comments from `#` to the end of the line, adjacent lines as one, and quoted strings of several words. */
function proseOfHashComments(text) {
  const comments = /(?<=^[ \t]*)#.*(?:\n[ \t]*#.*)*|(?<=[ \t])#[ \t].*/gmu;
  const strings = /(?<=(["']))[^"'\n]* [^"'\n]*(?=\1)|(?<=""")[^]*?(?=""")/gu;
  return [comments, strings].flatMap((pattern) =>
    Array.from(text.matchAll(pattern), ({ 0: content, index }) => ({ start: index, content })),
  );
}

function proseOfStyleSheet(text) {
  return Array.from(text.matchAll(/\/\*[^]*?\*\//gu), ({ 0: content, index }) => ({ start: index, content }));
}

/** Blocks of code and quotations are blanked, so that positions stay. */
function proseOfMarkdown(text) {
  const blank = (part) => part.replaceAll(/[^\n]/gu, ' ');
  const content = text.replaceAll(/^(```|~~~)[^]*?^\1/gmu, blank).replaceAll(/^>.*$/gmu, blank);
  return content.split(/(?<=\n)(?=\n)/u).reduce((parts, part) => {
    const start = parts.length === 0 ? 0 : parts.at(-1).start + parts.at(-1).content.length;
    return [...parts, { start, content: part }];
  }, []);
}

function lineCounterOf(text) {
  const starts = [0, ...Array.from(text.matchAll(/\n/gu), ({ index }) => index + 1)];
  return (position) => starts.findLastIndex((start) => start <= position) + 1;
}
