import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { ERROR_CODES, sentence } from '@signering/schema';
import { PROJECT } from '../docs/project-files.js';

/** An error message in the source, with placeholders for variable parts. */
export interface RenderedMessage {
  readonly code: string;
  /** Relative to the checkout. */
  readonly file: string;
  readonly text: string;
}

/** Placeholder for a run-time value. */
const VALUE = 'X1';
/** Placeholder for the message of another error: whole sentences, so that a duplicate period is detected. */
const SENTENCES = 'Something was tried and failed. Do this.';

const ROOMS = [
  ...['schema', 'settings', 'signing-api', 'storage', 'signatures', 'document-package', 'encryption'],
  ...['activities', 'workflows', 'worker', 'client', 'cli', 'contract'],
];

/**
 * Renders every message that the source gives an error with one of our codes: where the code and the message are
 * arguments of one call, in either order. Each branch of a conditional gives a message.
 */
export function renderedMessages(): readonly RenderedMessage[] {
  const sources = ROOMS.flatMap(sourceFiles).map((file) =>
    ts.createSourceFile(file, readFileSync(join(PROJECT, file), 'utf8'), ts.ScriptTarget.Latest, true),
  );
  const codes = new Map(sources.flatMap(codesOfClasses));
  return sources.flatMap((source) => messagesIn(source, codes));
}

/** The classes whose constructor hands a message of the caller on to the base, with their code. */
function codesOfClasses(source: ts.SourceFile): readonly (readonly [string, string])[] {
  const text = source.getFullText();
  return [
    ...text.matchAll(
      /class (\w+) extends SigningError \{\s+constructor\(message[^]*?super\('([A-Z_]+)', message,/gu,
    ),
  ].map(([, name = '', code = '']) => [name, code] as const);
}

function sourceFiles(room: string): readonly string[] {
  return readdirSync(join(PROJECT, room), { recursive: true })
    .map((path) => join(room, String(path)))
    .filter((path) => path.endsWith('.ts'));
}

function messagesIn(
  source: ts.SourceFile,
  codesOfClasses: ReadonlyMap<string, string>,
): readonly RenderedMessage[] {
  const found: RenderedMessage[] = [];
  const visit = (node: ts.Node): void => {
    const isPart = ts.isNewExpression(node) && node.expression.getText(source) === 'ConnectionFailure';
    if ((ts.isCallExpression(node) || ts.isNewExpression(node)) && !isPart) {
      const values = argumentsOf(node);
      const ofClass = codesOfClasses.get(node.expression.getText(source));
      const codes =
        ofClass === undefined
          ? values.flatMap((value) => renderings(value, source)).filter(isCode)
          : [ofClass];
      const texts = values
        .flatMap((value) => renderings(value, source))
        .filter((text) => text.includes(' ') && !isCode(text));
      for (const code of codes) for (const text of texts) found.push({ code, file: source.fileName, text });
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

/** The arguments, and the values of an argument that is an object with a type and a message. */
function argumentsOf(node: ts.CallExpression | ts.NewExpression): readonly ts.Expression[] {
  return [...(node.arguments ?? [])].flatMap((argument) =>
    ts.isObjectLiteralExpression(argument)
      ? argument.properties.flatMap((property) =>
          ts.isPropertyAssignment(property) && /^(?:type|message)$/u.test(property.name.getText())
            ? [property.initializer]
            : [],
        )
      : [argument],
  );
}

const isCode = (text: string): boolean => (ERROR_CODES as readonly string[]).includes(text);

/** Every text that an expression can be, as far as the file shows; none for what is no text. */
function renderings(node: ts.Expression, source: ts.SourceFile): readonly string[] {
  if (ts.isStringLiteralLike(node)) return [node.text];
  if (ts.isCallExpression(node) && node.expression.getText(source) === 'sentence')
    return node.arguments.flatMap((argument) => part(argument, source)).map(sentence);
  if (ts.isParenthesizedExpression(node) || ts.isAsExpression(node) || ts.isSatisfiesExpression(node))
    return renderings(node.expression, source);
  if (ts.isConditionalExpression(node))
    return [...renderings(node.whenTrue, source), ...renderings(node.whenFalse, source)];
  if (ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.PlusToken)
    return joined(part(node.left, source), part(node.right, source));
  if (ts.isTemplateExpression(node)) {
    return node.templateSpans.reduce<readonly string[]>(
      (texts, span) => joined(joined(texts, part(span.expression, source)), [span.literal.text]),
      [node.head.text],
    );
  }
  if (ts.isIdentifier(node)) {
    const initializer = initializerOf(node.text, source);
    return initializer === undefined ? [] : renderings(initializer, source);
  }
  return [];
}

/** As {@link renderings}, for a part of a text: always something. */
function part(node: ts.Expression, source: ts.SourceFile): readonly string[] {
  const known = renderings(node, source);
  if (known.length > 0) return known;
  const written = node.getText(source);
  if (/^whereServiceSaysWhy\(/u.test(written))
    return ['', " The error's serviceMessage holds its explanation."];
  if (/^whatFailed\(/u.test(written)) return ['Creating the signature job failed (HTTP 403): '];
  if (/^(?:nextStep|.*\.message)$/u.test(written)) return [SENTENCES];
  return [VALUE];
}

function joined(before: readonly string[], after: readonly string[]): readonly string[] {
  return before.flatMap((one) => after.map((other) => one + other));
}

function initializerOf(name: string, source: ts.SourceFile): ts.Expression | undefined {
  let found: ts.Expression | undefined;
  const visit = (node: ts.Node): void => {
    if (ts.isVariableDeclaration(node) && ts.isIdentifier(node.name) && node.name.text === name)
      found ??= node.initializer;
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}
