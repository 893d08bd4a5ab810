import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Bench, Figure } from './bench.js';
import { benchCertificate } from './bench-certificate.js';
import type { PackageCost } from './package-process.js';

const PROCESS = fileURLToPath(new URL('./package-process.js', import.meta.url));

const COSTS = [
  { name: 'seal', unit: 'ms', of: ({ sealMs }: PackageCost) => sealMs },
  { name: 'read and verify', unit: 'ms', of: ({ readMs }: PackageCost) => readMs },
  { name: 'growth of peak memory to seal', unit: 'MB', of: ({ sealMB }: PackageCost) => sealMB },
  { name: 'growth of peak memory to read', unit: 'MB', of: ({ readMB }: PackageCost) => readMB },
] as const;

/** Document packages by size of the document, which is incompressible; a separate process for each package. */
export const bench: Bench = {
  name: 'document-sizes',
  title: 'Document package, by size of the document',
  run: async ({ short, report }) => {
    const { file: certificateFile } = await benchCertificate();
    const figures: Figure[] = [];
    const runs = short ? 1 : 5;
    for (const kilobytes of short ? [20] : [20, 100, 1000, 10_000]) {
      const costs: PackageCost[] = [];
      for (let run = 1; run <= runs; run += 1) {
        report(`${kilobytes} kB, run ${run} of ${runs}`);
        costs.push(await packageCost(kilobytes, certificateFile));
      }
      figures.push(
        ...COSTS.map(({ name, unit, of }) => ({
          name,
          unit,
          values: costs.map(of),
          at: { curve: name, x: kilobytes, xName: 'kB' },
        })),
      );
    }
    return figures;
  },
};

async function packageCost(kilobytes: number, certificateFile: string): Promise<PackageCost> {
  const run = promisify(execFile);
  const { stdout } = await run(process.execPath, [
    ...process.execArgv,
    PROCESS,
    String(kilobytes),
    certificateFile,
  ]);
  return JSON.parse(stdout) as PackageCost;
}
