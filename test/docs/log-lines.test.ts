import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import ts from 'typescript';
import { readProjectFile } from './project-files.js';

const ROOMS = ['worker', 'activities', 'workflows'];
const PAGES = ['docs/operating.md', 'docs/webhooks.md', 'docs/evidence.md'];

/** The text of each warning and error that a room logs, up to its first variable part. */
function loggedIn(file: string): readonly string[] {
  const source = ts.createSourceFile(file, readProjectFile(file), ts.ScriptTarget.Latest, true);
  const found: string[] = [];
  const texts = (node: ts.Node): void => {
    if (ts.isStringLiteralLike(node) || ts.isTemplateHead(node)) found.push(node.text);
    else if (ts.isConditionalExpression(node)) for (const one of [node.whenTrue, node.whenFalse]) texts(one);
    else if (ts.isTemplateExpression(node)) texts(node.head);
  };
  const visit = (node: ts.Node): void => {
    const isLogged =
      ts.isCallExpression(node) && /\b(?:log|logger)\.(?:warn|error)$/u.test(node.expression.getText());
    if (isLogged && node.arguments[0] !== undefined) texts(node.arguments[0]);
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

describe('the warnings and errors in the log', () => {
  it('each stand in a document that says what to do', () => {
    const files = ROOMS.flatMap((room) =>
      readdirSync(room, { recursive: true, encoding: 'utf8' })
        .filter((name) => name.endsWith('.ts') && !/^dist|node_modules|\.d\.ts$/u.test(name))
        .map((name) => `${room}/${name}`),
    );
    const logged = files.flatMap(loggedIn);
    assert.ok(logged.length > 20, 'the search finds log lines');
    const told = PAGES.map(readProjectFile).join(' ').replaceAll(/\s+/gu, ' ');
    assert.deepEqual(
      logged.filter((text) => !told.includes(text.trim())),
      [],
    );
  });
});
