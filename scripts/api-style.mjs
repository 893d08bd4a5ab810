// Part of `npm run lint`: reports what breaks the rules of docs/api-style.md in the exports of the packages that other
// systems import. Reads the compiled declarations, with types behind aliases and unions resolved.
import { existsSync, readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import ts from 'typescript';
import { CHECKOUT } from './prepare/checkout.mjs';

/** What other systems import. */
const PUBLIC_DOORS = ['client', 'client/testing', 'signing-api', 'worker', 'sandbox']
  .map((door) => door.split('/'))
  .map(([room, ...folder]) => join(CHECKOUT, room, 'dist', ...folder, 'index.d.ts'));
for (const door of PUBLIC_DOORS) {
  if (existsSync(door)) continue;
  console.error(`${relative(CHECKOUT, door)} is missing: run \`npx tsc -b\` first.`);
  process.exit(1);
}

/** A number with such a word in its name has a unit, which ends the name. */
const MEASURED =
  /^(?:available|timeout|wait|delay|interval|within|every|age|duration|lifetime|advance|ahead|length|memory)$/u;
const UNIT = /(?:Ms|Seconds|Minutes|Hours|Days|Bytes|Characters)$/u;
/** Names of moments; those of the second kind are words of the service. */
const MOMENT = /(?:[a-z]At|Until)$|^(?:at|until)$/u;
const MOMENT_OF_THE_SERVICE = /^(?:activationTime|deadline|since)$/u;
/** Names of moments that break the rule: a text with such a name is one, also without a word about ISO 8601. */
const OTHER_MOMENT = /^(?:now|time|date|moment)$|[a-z](?:Time|Date|From|Seen|Poll|Moment|Timestamp)$/u;
const CAMEL_CASE = /^[a-z][a-z0-9]*(?:[A-Z][a-z0-9]+)*[A-Z]?$/u;
const PASCAL_CASE = /^(?:[A-Z][a-z0-9]+)+$/u;
const UPPER_CASE = /^[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)*$/u;
/** Spec: Standard Webhooks, event types. */
const EVENT_TYPE = /^(?:job|signer|batch)\.[a-z]+(?:_[a-z]+)*$/u;
/** Values of settings are written as in the environment, operations as the methods, media types as in HTTP, languages as in BCP 47. */
const LOWER_CASE_WORDS =
  /^(?:EnvironmentName|ApiOperation|DocumentMediaType|IdentityNumberCheck|.*\.(?:operation|mediaType|identityNumberCheck|ambiguousCreate|language))$/u;
const NEGATIVE = /^(?:no|not|without|disable|skip)[A-Z]/u;
/** Methods that end what the object does, without a call. */
const WITHOUT_OPTIONS = /^(?:close|__@asyncDispose.*)$/u;

const program = ts.createProgram(PUBLIC_DOORS, compilerOptions());
const checker = program.getTypeChecker();
const codes = new Set(
  readFileSync(join(CHECKOUT, 'docs/errors.md'), 'utf8').match(/(?<=^\| `)[A-Z_]+(?=`)/gmu),
);
const findings = new Set();
const seen = new Set();
const visitedArguments = new Set();
const visitedAnswers = new Set();
/** Members that arguments may leave out, but not set to undefined. */
const strictArguments = [];
/** The declarations of the members of answers: callers may pass an answer on, and need not write it. */
const answers = new Set();

for (const door of PUBLIC_DOORS) {
  const file = program.getSourceFile(door);
  for (const exported of checker.getExportsOfModule(checker.getSymbolAtLocation(file))) check(exported);
}
for (const { declaration, path } of strictArguments) {
  if (!answers.has(declaration))
    report(declaration, path, 'an optional member of an argument accepts undefined');
}
for (const finding of [...findings].sort()) console.error(finding);
if (findings.size > 0) process.exitCode = 1;

function check(exported) {
  const symbol = exported.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(exported) : exported;
  if (seen.has(symbol)) return;
  seen.add(symbol);
  const name = exported.name;
  const declaration = symbol.declarations[0];
  if (name === 'default') report(declaration, 'a default export', 'exports have names');
  if (symbol.flags & ts.SymbolFlags.Enum) report(declaration, name, 'is an enum: use a union of strings');
  checkErrorCodes(symbol, name);
  if (ts.isClassDeclaration(declaration)) checkErrorClass(declaration, name);
  if (ts.isFunctionDeclaration(declaration)) {
    if (!CAMEL_CASE.test(name)) report(declaration, name, 'functions are camelCase');
    checkCall(declaration, name);
  } else if (ts.isVariableDeclaration(declaration)) {
    if (!UPPER_CASE.test(name) && !CAMEL_CASE.test(name))
      report(declaration, name, 'constants are UPPER_CASE');
  } else {
    if (!PASCAL_CASE.test(name)) report(declaration, name, 'types are PascalCase, with acronyms as words');
    checkType(checker.getDeclaredTypeOfSymbol(symbol), declaration, name);
  }
}

/** The members of a class, an interface or a type of the project, and the words of a union. */
function checkType(type, declaration, name) {
  if (type.isUnion() && !(type.flags & ts.TypeFlags.Boolean)) {
    for (const part of type.types) {
      if (part.isStringLiteral()) checkWord(part.value, declaration, name);
      else if (part.flags & ts.TypeFlags.Object) checkMembers(part, name);
    }
  } else if (type.flags & ts.TypeFlags.Object) checkMembers(type, name);
}

function checkMembers(type, owner) {
  for (const member of type.getProperties()) {
    const [declaration] = member.declarations ?? [];
    if (declaration === undefined || !isOurs(declaration) || seen.has(declaration)) continue;
    if (ts.getCombinedModifierFlags(declaration) & ts.ModifierFlags.Private) continue;
    if (ts.isPrivateIdentifier(declaration.name ?? declaration)) continue;
    seen.add(declaration);
    checkMember(member, declaration, `${owner}.${member.name}`);
  }
}

function checkMember(member, declaration, path) {
  const { name } = member;
  checkErrorCodes(member, path);
  if (ts.isMethodDeclaration(declaration) || ts.isMethodSignature(declaration)) {
    checkCall(declaration, path);
    return;
  }
  if (!CAMEL_CASE.test(name) && !/^(?:__@|\$id$)/u.test(name))
    report(declaration, path, 'members are camelCase, with acronyms as words');
  const type = checker.getTypeOfSymbolAtLocation(member, declaration);
  const parts = checker.getNonNullableType(type);
  const all = parts.isUnion() ? parts.types : [parts];
  const isNumber = all.every(({ flags }) => flags & ts.TypeFlags.NumberLike);
  const isText = all.every(({ flags }) => flags & ts.TypeFlags.StringLike);
  if (isNumber && wordsOf(name).some((word) => MEASURED.test(word)) && !UNIT.test(name))
    report(declaration, path, 'a number of this kind ends with its unit');
  const isDate = all.every((part) => part.symbol?.name === 'Date');
  if (isDate || (MOMENT.test(name) && !isText)) report(declaration, path, 'moments are ISO 8601 strings');
  if (isText && isMoment(member) && !MOMENT.test(name) && !MOMENT_OF_THE_SERVICE.test(name))
    report(declaration, path, 'the name of a moment ends with At or Until');
  if (all.every(({ flags }) => flags & ts.TypeFlags.BooleanLike) && NEGATIVE.test(name)) {
    report(declaration, path, 'a boolean says what holds, not what does not');
  }
  if (type.flags & ts.TypeFlags.Any) report(declaration, path, 'has the type any');
  for (const part of all)
    if (part.isStringLiteral() && name !== 'version') checkWord(part.value, declaration, path);
  const flags = ts.getCombinedModifierFlags(declaration);
  if (ts.isPropertySignature(declaration) && !(flags & ts.ModifierFlags.Readonly))
    report(declaration, path, 'is not readonly');
}

function isMoment(member) {
  return (
    OTHER_MOMENT.test(member.name) ||
    ts.displayPartsToString(member.getDocumentationComment(checker)).includes('ISO 8601')
  );
}

/**
 * Visits the members of a type and of their types, at any depth, with the declared name of their owner. Classes are left
 * out: callers do not write them.
 */
function walk(type, { name, visited, visit }) {
  if (visited.has(type)) return;
  visited.add(type);
  const parts = type.isUnionOrIntersection() ? type.types : checker.getTypeArguments(type);
  for (const part of parts ?? []) walk(part, { name, visited, visit });
  if (type.isUnion() || !(type.flags & ts.TypeFlags.Object) || type.isClass()) return;
  const declared = type.aliasSymbol?.name ?? type.symbol?.name ?? name;
  const owner = declared.startsWith('__') ? name : declared;
  for (const member of type.getProperties()) {
    const [declaration] = member.declarations ?? [];
    if (declaration === undefined || !isOurs(declaration) || ts.isMethodSignature(declaration)) continue;
    const memberType = checker.getTypeOfSymbolAtLocation(member, declaration);
    const path = `${owner}.${member.name}`;
    visit(member, { declaration, type: memberType, path });
    walk(memberType, { name: path, visited, visit });
  }
}

function noteArgument(type, name) {
  const visit = ({ flags }, found) => {
    const acceptsUndefined = checker.isTypeAssignableTo(checker.getUndefinedType(), found.type);
    if (flags & ts.SymbolFlags.Optional && !acceptsUndefined) strictArguments.push(found);
  };
  walk(type, { name, visited: visitedArguments, visit });
}

function noteAnswer(type, name) {
  walk(type, { name, visited: visitedAnswers, visit: (_, { declaration }) => answers.add(declaration) });
}

/** A function or method: the last parameter of one that waits is its options; a boolean is never a parameter. */
function checkCall(declaration, path) {
  const isMethod = path.includes('.');
  const signature = checker.getSignatureFromDeclaration(declaration);
  const name = path.split('.').at(-1);
  const { parameters } = declaration;
  for (const parameter of parameters) {
    const type = checker.getNonNullableType(checker.getTypeAtLocation(parameter));
    noteArgument(type, path);
    if (type.flags & ts.TypeFlags.BooleanLike)
      report(parameter, path, 'a boolean is a named option, not a parameter');
  }
  if (parameters.length > 3) report(declaration, path, 'has more than three parameters');
  const result = checker.getReturnTypeOfSignature(signature);
  noteAnswer(result, path);
  const waits = ['Promise', 'AsyncIterable', 'AsyncGenerator', 'AsyncIterableIterator'].includes(
    result.symbol?.name,
  );
  if (!isMethod || !waits || WITHOUT_OPTIONS.test(name)) return;
  const last = parameters.at(-1);
  if (last === undefined) return report(declaration, path, 'a call that waits takes options last');
  const type = checker.getNonNullableType(checker.getTypeAtLocation(last));
  // A call of signing-api is one request: its timeouts are options of the API.
  const options = nameOf(declaration).startsWith('signing-api/') ? ['signal'] : ['signal', 'timeoutMs'];
  for (const option of options) {
    if (type.getProperty(option) === undefined) report(last, path, `the last parameter has no \`${option}\``);
  }
}

/** A class of errors with the members of its base alone: callers compare `code`. */
function checkErrorClass(declaration, name) {
  const [base] = checker.getBaseTypes(checker.getTypeAtLocation(declaration));
  if (base?.symbol?.name !== 'SigningError') return;
  const own = declaration.members.filter(
    (member) => ts.isPropertyDeclaration(member) || ts.isAccessor(member),
  );
  if (own.every((member) => member.name.getText() === 'code'))
    report(declaration, name, 'an error class has more than a code, or is not exported');
}

function checkErrorCodes(symbol, path) {
  for (const { name, text } of symbol.getJsDocTags(checker)) {
    if (name !== 'throws') continue;
    for (const code of ts.displayPartsToString(text).match(/\b[A-Z]+(?:_[A-Z]+)+\b/gu) ?? []) {
      if (!codes.has(code) && !/^(?:SIGNERING|TEMPORAL_ADDRESS|TEMPORAL_NAMESPACE|NODE)/u.test(code)) {
        report(symbol.declarations[0], path, `docs/errors.md does not list ${code}`);
      }
    }
  }
}

function checkWord(word, declaration, path) {
  if (!UPPER_CASE.test(word) && !EVENT_TYPE.test(word) && !LOWER_CASE_WORDS.test(path))
    report(declaration, path, `the word '${word}' is not UPPER_CASE`);
}

function wordsOf(name) {
  return name.split(/(?=[A-Z])/u).map((word) => word.toLowerCase());
}

function isOurs(declaration) {
  const { fileName } = declaration.getSourceFile();
  return !fileName.includes('/node_modules/');
}

function report(node, path, what) {
  findings.add(`${nameOf(node)} ${path}: ${what}`);
}

/** The source of a declaration, such as `client/errors.ts`. */
function nameOf(node) {
  const [room, , ...rest] = relative(CHECKOUT, node.getSourceFile().fileName).split(sep);
  return [room, ...rest].join('/').replace(/\.d\.ts$/u, '.ts');
}

function compilerOptions() {
  const path = join(CHECKOUT, 'tsconfig.base.json');
  return ts.getParsedCommandLineOfConfigFile(
    path,
    {},
    { ...ts.sys, onUnRecoverableConfigFileDiagnostic: console.error },
  ).options;
}
