import { join } from 'node:path';
import ts from 'typescript';
import { PROJECT } from './project-files.js';

/** Whether a package exports `Name` or `Name.member`, types and their properties included. */
export interface ExportedNames {
  has(name: string): boolean;
}

/** What packages export, by their folders, as the compiler sees it. */
export function exportedNames(packages: readonly string[]): readonly ExportedNames[] {
  const files = packages.map((name) => join(PROJECT, name, 'dist', 'index.d.ts'));
  const { NodeNext } = ts.ModuleKind;
  const program = ts.createProgram(files, {
    module: NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
    target: ts.ScriptTarget.ES2022,
    strict: true,
    skipLibCheck: true,
    types: ['node'],
    typeRoots: [join(PROJECT, 'node_modules', '@types')],
  });
  const checker = program.getTypeChecker();
  return files.map((file) => {
    const source = program.getSourceFile(file);
    const door = source && checker.getSymbolAtLocation(source);
    if (door === undefined) throw new Error(`${file} is no module: build first.`);
    const symbols = new Map(checker.getExportsOfModule(door).map((symbol) => [symbol.name, symbol]));
    return { has: (name) => isExported(name, symbols, checker) };
  });
}

function isExported(name: string, symbols: ReadonlyMap<string, ts.Symbol>, checker: ts.TypeChecker): boolean {
  const [first = '', member, ...rest] = name.split('.');
  const found = symbols.get(first);
  if (found === undefined || rest.length > 0) return false;
  if (member === undefined) return true;
  const symbol = found.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(found) : found;
  // A class has the properties of its instances, and static ones.
  const types = [checker.getDeclaredTypeOfSymbol(symbol), checker.getTypeOfSymbol(symbol)];
  return types.some((type) => checker.getPropertyOfType(type, member) !== undefined);
}
