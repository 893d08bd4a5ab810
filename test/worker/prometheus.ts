/** One value of a scrape. */
export interface Sample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** What a scrape gives of the metrics whose names have this prefix. */
export interface Scrape {
  readonly text: string;
  /** By the name of the metric: `counter`, `gauge` or `histogram`. */
  readonly types: ReadonlyMap<string, string>;
  readonly samples: readonly Sample[];
  /** The value with this name and these labels; undefined without it. @throws if two have them */
  value(name: string, labels?: Readonly<Record<string, string>>): number | undefined;
}

const LINE = /^(?<name>[a-z_:][a-z0-9_:]*)(?:\{(?<labels>.*)\})? (?<value>\S+)$/iu;
const LABEL = /(?<name>[a-z_]\w*)="(?<value>(?:[^"\\]|\\.)*)"/giu;

/** Reads the metrics of a worker, as Prometheus does. Spec: Prometheus text exposition format. */
export async function scrape(address: string, prefix = 'signering_'): Promise<Scrape> {
  const response = await fetch(`http://${address}/metrics`);
  const text = await response.text();
  const lines = text.split('\n').filter((line) => line.startsWith(prefix));
  const types = [...text.matchAll(/^# TYPE (\S+) (\w+)$/gmu)]
    .map(([, name = '', type = '']) => [name, type] as const)
    .filter(([name]) => name.startsWith(prefix));
  const samples = lines.map(sampleOf);
  return {
    text,
    types: new Map(types),
    samples,
    value: (name, labels = {}) => {
      const found = samples.filter(
        (one) =>
          one.name === name && Object.entries(labels).every(([label, value]) => one.labels[label] === value),
      );
      if (found.length > 1) throw new Error(`${found.length} values of ${name} with these labels`);
      return found[0]?.value;
    },
  };
}

function sampleOf(line: string): Sample {
  const { name = '', labels = '', value = '' } = LINE.exec(line)?.groups ?? {};
  if (name === '') throw new Error(`Not a line of the exposition format: ${line}`);
  const pairs = [...labels.matchAll(LABEL)].map(({ groups }) => [
    groups?.['name'] ?? '',
    groups?.['value'] ?? '',
  ]);
  return { name, labels: Object.fromEntries(pairs) as Record<string, string>, value: Number(value) };
}
