import { basename } from 'node:path';
import { isRecord } from '@signering/schema';

const PLACEHOLDER = /\{\{([^{}]+)\}\}/gu;

/** Members of a request that are numbers, and texts in a table. */
const NUMBERS = ['availableSeconds', 'order', 'requiredAuthentication'];
/** Members that people write in groups of digits. */
const GROUPED = ['mobileNumber', 'personalIdentificationNumber'];

/** A request with the cells of one row in place of its placeholders. */
export interface FilledRequest {
  readonly request: Readonly<Record<string, unknown>>;
  /** The columns that a path of the request comes from; absent for what the template itself says. */
  readonly columns: ReadonlyMap<string, readonly string[]>;
  /** Paths that the row leaves out, because all their cells are empty. */
  readonly empty: ReadonlySet<string>;
  /** The path in the template of a path of the request: they differ after a signer or document that the row leaves out. */
  readonly templatePaths: ReadonlyMap<string, string>;
  /** Signers and documents whose cells are all empty, although the template does not mark these as optional. */
  readonly missing: readonly { readonly path: string; readonly columns: readonly string[] }[];
}

/** The columns that a template's placeholders name. */
export function placeholdersOf(template: unknown): ReadonlySet<string> {
  if (typeof template === 'string') return new Set(columnsIn(template));
  if (template instanceof Uint8Array) return new Set();
  const parts = Array.isArray(template) ? template : isRecord(template) ? Object.values(template) : [];
  return new Set(parts.flatMap((part: unknown) => [...placeholdersOf(part)]));
}

function columnsIn(text: string): readonly string[] {
  return placeholdersIn(text).map(({ column }) => column);
}

/** `{{column?}}`: the row may leave the cell empty. */
function placeholdersIn(text: string): readonly { readonly column: string; readonly isOptional: boolean }[] {
  return [...text.matchAll(PLACEHOLDER)].map(([, inner = '']) => ({
    column: nameIn(inner),
    isOptional: inner.trim().endsWith('?'),
  }));
}

function nameIn(placeholder: string): string {
  return placeholder
    .trim()
    .replace(/\s*\?$/u, '')
    .normalize('NFC');
}

/** The columns whose cell a part of the template demands. */
function demandedBy(part: unknown): readonly string[] {
  if (typeof part === 'string') {
    return placeholdersIn(part).flatMap(({ column, isOptional }) => (isOptional ? [] : [column]));
  }
  if (part instanceof Uint8Array) return [];
  const parts = Array.isArray(part) ? part : isRecord(part) ? Object.values(part) : [];
  return parts.flatMap(demandedBy);
}

/**
 * Puts the cells of a row in place of the placeholders. A member is left out where all its cells are empty, and so is a signer or
 * document whose placeholders are all optional.
 */
export function fillTemplate(
  template: Readonly<Record<string, unknown>>,
  cells: ReadonlyMap<string, string>,
): FilledRequest {
  const columns = new Map<string, readonly string[]>();
  const templatePaths = new Map<string, string>();
  const empty = new Set<string>();
  const missing: { readonly path: string; readonly columns: readonly string[] }[] = [];

  function fill(value: unknown, path: string, from: string): unknown {
    templatePaths.set(path, from);
    if (typeof value === 'string') return fillText(value, path);
    if (value instanceof Uint8Array) return value;
    if (Array.isArray(value)) return fillList(value, path, from);
    if (!isRecord(value)) return value;
    const members = Object.entries(value).flatMap(([name, part]) => {
      const [inner, innerFrom] = [joined(path, name), joined(from, name)];
      const filled = fill(part, inner, innerFrom);
      return filled === undefined
        ? []
        : [[name, columns.has(inner) ? valueIn(name, filled) : filled] as const];
    });
    return Object.fromEntries(members);
  }

  function fillText(text: string, path: string): string | undefined {
    const named = columnsIn(text);
    if (named.length === 0) return text;
    columns.set(path, named);
    if (named.every((column) => cellOf(column) === '')) {
      empty.add(path);
      return undefined;
    }
    return text.replaceAll(PLACEHOLDER, (_, column: string) => cellOf(nameIn(column)));
  }

  function fillList(list: readonly unknown[], path: string, from: string): readonly unknown[] {
    const filled: unknown[] = [];
    for (const [index, element] of list.entries()) {
      const named = [...placeholdersOf(element)];
      if (named.length > 0 && named.every((column) => cellOf(column) === '')) {
        columns.set(path, [...(columns.get(path) ?? []), ...named]);
        const demanded = demandedBy(element);
        if (demanded.length > 0) missing.push({ path: `${from}[${index}]`, columns: demanded });
        continue;
      }
      filled.push(fill(element, `${path}[${filled.length}]`, `${from}[${index}]`));
    }
    return filled;
  }

  function cellOf(column: string): string {
    return cells.get(column) ?? '';
  }

  const request = fill(template, '', '') as Readonly<Record<string, unknown>>;
  return { request, columns, empty, templatePaths, missing };
}

/** A member of a request as its cells have it. */
function valueIn(name: string, value: unknown): unknown {
  if (NUMBERS.includes(name) && /^\d{1,9}$/u.test(String(value))) return Number(value);
  return GROUPED.includes(name) ? String(value).replaceAll(/[\s-]/gu, '') : value;
}

function joined(path: string, name: string): string {
  return path === '' ? name : `${path}.${name}`;
}

/** A row's request with the documents that all rows share in memory: each is read once. */
export function withSharedDocuments(
  request: FilledRequest['request'],
  columns: FilledRequest['columns'],
  shared: ReadonlyMap<string, Uint8Array>,
): FilledRequest['request'] {
  const { documents } = request;
  if (!Array.isArray(documents)) return request;
  const read = documents.map((document: unknown, index) => {
    const file = isRecord(document) ? document['file'] : undefined;
    const content = typeof file === 'string' ? shared.get(file) : undefined;
    if (!isRecord(document) || content === undefined || columns.has(`documents[${index}].file`))
      return document;
    const { file: _, ...details } = document;
    return { name: basename(String(file)), ...details, content };
  });
  return { ...request, documents: read };
}
