// Part of `npm run lint`: reports exports without an import. A symbol used only in its own file needs no `export`; an
// unused one can be deleted. A type counts as used if the declaration of a used export refers to it, because callers
// may need its name.
import { readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import ts from 'typescript';
import { CHECKOUT, typeScriptSources } from './prepare/checkout.mjs';

/** Loaded by path or by name, not imported. */
const LOADED = new Set([
  'worker/failure-converter.ts failureConverter',
  'workflows/log-attributes.ts interceptors',
  'workflows/storage-id.ts interceptors',
  'workflows/trace-header.ts interceptors',
  'workflows/undecryptable-input.ts interceptors',
  'workflows/unencrypted-input.ts interceptors',
  'test/fixtures/reporter.ts default',
  'test/fixtures/global-fixtures.ts mochaGlobalSetup',
  'test/fixtures/global-fixtures.ts mochaGlobalTeardown',
  'test/client/scripted-answers.ts default',
  'test/client/scripted-signing.ts portalSigning',
  'test/client/type-snippets.ts SNIPPETS',
  'test/worker/failing-workflow.ts failing',
  'bench/empty-workflow.ts emptyWorkflow',
]);
/** Public entry points, whose exports need no import in this project. */
const PUBLIC_DOORS = [
  'client/index.ts',
  'client/testing/index.ts',
  'signing-api/index.ts',
  'dev-stack/index.ts',
  'dev-stack/commands/index.ts',
  'workflows/index.ts',
];

const sources = typeScriptSources();
const files = new Map(sources.map((path) => [path, exportsAndImportsOf(path)]));

/** `file name` of every export that is imported, directly or through an entry point. */
const used = new Set(LOADED);
for (const [path, { imports, exports }] of files) {
  for (const { from, name } of imports) use(from, name);
  if (PUBLIC_DOORS.includes(path)) {
    for (const name of exports.keys()) use(path, name);
  }
}

const unused = [...files].flatMap(([path, { exports }]) =>
  [...exports]
    .filter(([name, exported]) => !used.has(`${path} ${name}`) && !handsOnUsedType(exported))
    .map(([name, { line }]) => `${path}:${line} exports ${name}, which is not imported`),
);
for (const finding of unused.sort()) console.error(finding);
if (unused.length > 0) process.exitCode = 1;

function use(path, name) {
  const file = files.get(path);
  if (file === undefined) return;
  const names = name === '*' ? [...file.exports.keys()] : [name];
  for (const one of names) {
    const exported = file.exports.get(one);
    if (exported === undefined || used.has(`${path} ${one}`)) continue;
    used.add(`${path} ${one}`);
    if (exported.from !== undefined) use(exported.from, exported.as);
    else useTypesOf(path, one);
  }
}

/** Marks the types in a declaration as used, including indirect ones through unexported types of its file. */
function useTypesOf(path, name, seen = new Set()) {
  const { declarations, imports, exports } = files.get(path);
  if (seen.has(name)) return;
  seen.add(name);
  for (const type of declarations.get(name) ?? []) {
    const imported = imports.find(({ local }) => local === type);
    if (imported !== undefined) use(imported.from, imported.name);
    else if (exports.has(type)) use(path, type);
    else useTypesOf(path, type, seen);
  }
}

function handsOnUsedType({ from, as, isType }) {
  return isType === true && from !== undefined && used.has(`${from} ${as}`);
}

/** A file's exports (name → line, and source if re-exported) and its imports. */
function exportsAndImportsOf(path) {
  const source = ts.createSourceFile(
    path,
    readFileSync(join(CHECKOUT, path), 'utf8'),
    ts.ScriptTarget.Latest,
    true,
  );
  const exports = new Map();
  const imports = [];
  const declarations = new Map();
  const add = (name, node, more = {}) => {
    exports.set(name, { line: source.getLineAndCharacterOfPosition(node.getStart()).line + 1, ...more });
  };
  for (const statement of source.statements) {
    const from = statement.moduleSpecifier && sourceOf(path, statement.moduleSpecifier.text);
    if (ts.isImportDeclaration(statement) && from !== undefined) {
      const { name, namedBindings } = statement.importClause ?? {};
      if (name) imports.push({ from, name: 'default', local: name.text });
      if (namedBindings && ts.isNamespaceImport(namedBindings)) imports.push({ from, name: '*' });
      else {
        for (const one of namedBindings?.elements ?? []) {
          imports.push({ from, name: (one.propertyName ?? one.name).text, local: one.name.text });
        }
      }
    } else if (ts.isExportDeclaration(statement)) {
      for (const one of statement.exportClause?.elements ?? []) {
        const isType = statement.isTypeOnly || one.isTypeOnly;
        add(
          one.name.text,
          one,
          from === undefined ? {} : { from, as: (one.propertyName ?? one.name).text, isType },
        );
      }
    } else if (ts.isExportAssignment(statement)) {
      add('default', statement);
    } else {
      for (const [name, node] of declaredBy(statement)) {
        declarations.set(name.text, typesNamedIn(node));
        if (ts.getModifiers(statement)?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword))
          add(name.text, name);
      }
    }
  }
  // `import('../room/index.js')`, as a type or as a call.
  const visit = (node) => {
    const argument = ts.isImportTypeNode(node)
      ? node.argument.literal
      : ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword
        ? node.arguments[0]
        : undefined;
    const from = argument && ts.isStringLiteral(argument) ? sourceOf(path, argument.text) : undefined;
    if (from !== undefined) imports.push({ from, name: '*' });
    ts.forEachChild(node, visit);
  };
  visit(source);
  return { exports, imports, declarations };
}

/** The names that a statement declares, with their declarations. */
function declaredBy(statement) {
  if (ts.isVariableStatement(statement)) {
    return statement.declarationList.declarations.flatMap((declaration) =>
      namesIn(declaration.name).map((name) => [name, declaration]),
    );
  }
  return ts.canHaveModifiers(statement) && statement.name !== undefined ? [[statement.name, statement]] : [];
}

/** The names that a binding binds: one, or those of a destructuring pattern. */
function namesIn(binding) {
  if (ts.isIdentifier(binding)) return [binding];
  return binding.elements.flatMap((element) =>
    ts.isOmittedExpression(element) ? [] : namesIn(element.name),
  );
}

/** The types in the visible part of a declaration, excluding function bodies. */
function typesNamedIn(declaration) {
  const names = new Set();
  const visit = (node) => {
    if (ts.isBlock(node)) {
      // The return value of a factory is visible, the rest of its body is not.
      if (node.parent === declaration || node.parent === declaration.initializer) {
        node.statements.filter(ts.isReturnStatement).forEach(visit);
      }
      return;
    }
    const named = ts.isTypeReferenceNode(node)
      ? node.typeName
      : ts.isExpressionWithTypeArguments(node)
        ? node.expression
        : ts.isTypeQueryNode(node)
          ? node.exprName
          : undefined;
    if (named !== undefined && ts.isIdentifier(named)) names.add(named.text);
    ts.forEachChild(node, visit);
  };
  visit(declaration);
  return names;
}

/** The source file that an import of `.js` stands for: `.ts`, or `.tsx`. */
function sourceOf(path, specifier) {
  const source = typeScriptOf(path, specifier);
  return source === undefined || sources.includes(source) ? source : source.replace(/\.ts$/, '.tsx');
}

function typeScriptOf(path, specifier) {
  const [scope, room = '', ...rest] = specifier.split('/');
  if (scope === '@signering') {
    const internal = rest[0] === 'internal';
    return posix.join(room, ...(internal ? rest.slice(1) : [...rest, 'index.js'])).replace(/\.js$/, '.ts');
  }
  if (!specifier.startsWith('.')) return undefined;
  return posix.join(posix.dirname(path), specifier).replace(/\.js$/, '.ts');
}
