import type { Diagram, Plot, Point } from './plot.js';
import type { BenchResult, Results } from './results.js';

/** The plot of `bench.svg`: a diagram for each bench, x axis and unit that has curves. */
export function growthCurves({ benches }: Results): Plot {
  const [last] = Object.values(benches).sort((one, other) => other.startedAt.localeCompare(one.startedAt));
  return {
    title: 'How cost grows: median, lowest and highest',
    subtitle:
      last === undefined
        ? ''
        : `${last.machine.processor}, ${last.machine.cores} cores, Node ${last.versions.node}, ` +
          `Temporal ${last.versions.temporalServer}, commit ${last.commit}, ${last.startedAt.slice(0, 10)}`,
    diagrams: Object.values(benches).flatMap(diagramsOf),
  };
}

function diagramsOf({ title, figures }: BenchResult): readonly Diagram[] {
  const onCurves = Object.values(figures).flatMap(({ at, unit, median, min, max }) =>
    at === undefined || median <= 0
      ? []
      : [{ ...at, unit, point: { x: at.x, y: median, low: min, high: max } satisfies Point }],
  );
  return [...groupBy(onCurves, ({ xName, unit }) => `${unit}, over ${xName}`).values()].map((diagram) => ({
    title,
    xName: diagram[0]!.xName,
    unit: diagram[0]!.unit,
    lines: [...groupBy(diagram, ({ curve }) => curve)].map(([name, line]) => ({
      name,
      points: line.map(({ point }) => point),
    })),
  }));
}

function groupBy<T>(values: readonly T[], keyOf: (value: T) => string): ReadonlyMap<string, readonly T[]> {
  const groups = new Map<string, readonly T[]>();
  for (const value of values) groups.set(keyOf(value), [...(groups.get(keyOf(value)) ?? []), value]);
  return groups;
}
