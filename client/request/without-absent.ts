type WithoutAbsent<T> = { readonly [Key in keyof T]?: Exclude<T[Key], undefined> };

/** Absence is a missing property: `undefined` would not survive the way through JSON. */
export function withoutAbsent<T extends object>(parts: T): WithoutAbsent<T> {
  return Object.fromEntries(
    Object.entries(parts).filter(([, value]) => value !== undefined),
  ) as WithoutAbsent<T>;
}
