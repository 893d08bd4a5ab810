/** A part of a file without its content: its kind, algorithms and sizes. */
export interface Skeleton {
  readonly name: string;
  readonly facts: readonly string[];
  readonly children: readonly Skeleton[];
}

/** The lines of a skeleton, indented by two blanks for each level. */
export function linesOf({ name, facts, children }: Skeleton, indentation = ''): readonly string[] {
  const line = [`${indentation}${name}`, ...facts].join('  ');
  return [line, ...children.flatMap((child) => linesOf(child, `${indentation}  `))];
}

/** Merges equal neighbours into one part with a count. */
export function joinEqual(parts: readonly Skeleton[]): readonly Skeleton[] {
  const joined: { readonly part: Skeleton; readonly text: string; count: number }[] = [];
  for (const part of parts) {
    const text = JSON.stringify(part);
    const last = joined.at(-1);
    if (last?.text === text) last.count += 1;
    else joined.push({ part, text, count: 1 });
  }
  return joined.map(({ part, count }) =>
    count === 1 ? part : { ...part, facts: [`×${count}`, ...part.facts] },
  );
}
