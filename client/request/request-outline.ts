import { isRecord } from '@signering/schema';

/** Any object, not validated yet. */
export type Outline = Readonly<Record<string, unknown>>;

/** The parts of a request that the rules check, also when other parts are invalid. */
export interface RequestOutline {
  readonly request: Outline;
  /** With their places in the request: what is no object at all is left out. */
  readonly signers: readonly (readonly [number, Outline])[];
  readonly documents: readonly (readonly [number, Outline])[];
}

/** Whether the request lists no documents at all, which is another mistake than a list that cannot be read. */
export function isWithoutDocuments({ request }: RequestOutline): boolean {
  return Array.isArray(request['documents']) && request['documents'].length === 0;
}

/** Lets rules run on a request that has other mistakes too, so that all of them are named in one go. */
export function outlineOf(request: unknown): RequestOutline {
  const outline = isRecord(request) ? request : {};
  return {
    request: outline,
    signers: objectsIn(outline['signers']),
    documents: objectsIn(outline['documents']),
  };
}

function objectsIn(list: unknown): readonly (readonly [number, Outline])[] {
  if (!Array.isArray(list)) return [];
  return list.flatMap((element: unknown, index) => (isRecord(element) ? [[index, element] as const] : []));
}

/** A list with each element at the place that it has in the request, and `undefined` in the gaps. */
export function atTheirPlaces<T>(placed: readonly (readonly [number, T])[]): readonly (T | undefined)[] {
  const list: (T | undefined)[] = [];
  for (const [place, element] of placed) {
    while (list.length < place) list.push(undefined);
    list.push(element);
  }
  return list;
}

/** True when an object has no such part. */
export function isAbsent(outline: Outline, part: string): boolean {
  return outline[part] === undefined;
}
