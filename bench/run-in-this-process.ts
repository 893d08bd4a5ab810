import type { Bench, BenchContext, Figure } from './bench.js';

/** What the process of a bench sends to its parent. */
export type BenchMessage =
  { readonly line: string } | { readonly title: string; readonly figures: readonly Figure[] };

/** Runs one bench for the parent process. Arguments: its name and a {@link BenchContext} in JSON, without functions. */
export async function runInThisProcess(
  benches: Readonly<Record<string, () => Promise<{ readonly bench: Bench }>>>,
  [name = '', context = '']: readonly string[],
): Promise<void> {
  // The parent was killed: end this process and those that it started.
  process.once('disconnect', () => process.kill(-process.pid, 'SIGKILL'));
  const { bench } = await benches[name]!();
  if (bench.name !== name) throw new Error(`The bench ${name} is called ${bench.name} in its file.`);
  const given = JSON.parse(context) as Omit<BenchContext, 'report'>;
  const figures = await bench.run({ ...given, report: (line) => send({ line }) });
  checkFigures(figures);
  await new Promise<void>((resolve) => {
    process.send!({ title: bench.title, figures } satisfies BenchMessage, () => resolve());
  });
  // A bench may leave connections open.
  process.exit(0);
}

function send(message: BenchMessage): void {
  process.send?.(message);
}

function checkFigures(figures: readonly Figure[]): void {
  if (figures.length === 0) throw new Error('The bench returned no figure.');
  const bad = figures.find(
    ({ values }) => values.length === 0 || values.some((value) => !Number.isFinite(value)),
  );
  if (bad !== undefined) throw new Error(`The figure "${bad.name}" is not a number in every repetition.`);
}
