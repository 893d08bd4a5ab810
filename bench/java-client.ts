import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { ORGANIZATION, PASSWORD } from './bench-certificate.js';

const PROJECT = fileURLToPath(new URL('../../', import.meta.url));

/** The official Java client in a process, which builds packages as `JavaPackages.java` says. */
export function startJavaClient({ keyStore }: { readonly keyStore: string }) {
  const jars = join(PROJECT, '.cache', 'official-client', '*');
  const source = join(PROJECT, 'bench', 'JavaPackages.java');
  const java = spawn('java', ['-cp', jars, source, keyStore, PASSWORD, ORGANIZATION], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const lines = createInterface(java.stdout)[Symbol.asyncIterator]();
  return {
    /** Builds packages of the document in a file, and returns the milliseconds of each. */
    build: async (count: number, { file }: { readonly file: string }): Promise<readonly number[]> => {
      java.stdin.write(`${count} ${file}\n`);
      const answer: IteratorResult<string, unknown> = await lines.next();
      if (answer.done === true)
        throw new Error('The Java client ended: npm run fetch-java-judges fetches it.');
      return answer.value.split(' ').map(Number);
    },
    stop: () => java.stdin.end(),
  };
}
