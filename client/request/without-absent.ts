type WithoutAbsent<T> = { readonly [Key in keyof T]?: Exclude<T[Key], undefined> };

/** Removes properties with the value `undefined`, which JSON cannot represent. */
export function withoutAbsent<T extends object>(parts: T): WithoutAbsent<T> {
  return Object.fromEntries(
    Object.entries(parts).filter(([, value]) => value !== undefined),
  ) as WithoutAbsent<T>;
}
