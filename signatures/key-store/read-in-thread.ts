import { X509Certificate } from 'node:crypto';
import { Worker } from 'node:worker_threads';
import type { KeyStoreAnswer } from './key-store-thread.js';
import type { KeyStoreFile, KeyStoreOutcome } from './read-key-store.js';

const SCRIPT = new URL('./key-store-thread.js', import.meta.url);
/** A key store of the largest accepted size needs a tenth. */
const MAX_HEAP_MIB = 256;

/** Reads a key store off the main thread, and terminates the thread after `timeoutMs`. */
export async function readInThread(file: KeyStoreFile, timeoutMs: number): Promise<KeyStoreOutcome> {
  const thread = new Worker(SCRIPT, {
    workerData: file,
    resourceLimits: { maxOldGenerationSizeMb: MAX_HEAP_MIB },
  });
  let timer: NodeJS.Timeout | undefined;
  try {
    return await new Promise<KeyStoreOutcome>((resolve, reject) => {
      timer = setTimeout(() => {
        resolve({
          reason: `reading it took more than ${timeoutMs / 1000} s; export it again with fewer entries and fewer rounds of key derivation`,
        });
      }, timeoutMs);
      thread.once('message', (answer: KeyStoreAnswer) => resolve(outcomeOf(answer)));
      thread.once('error', (error: Error) => {
        if (!('code' in error) || error.code !== 'ERR_WORKER_OUT_OF_MEMORY') reject(error);
        resolve({
          reason: `reading it took more than ${MAX_HEAP_MIB} MiB of memory; export it again with the organisation's certificate and its chain only`,
        });
      });
    });
  } finally {
    clearTimeout(timer);
    void thread.terminate();
  }
}

function outcomeOf(answer: KeyStoreAnswer): KeyStoreOutcome {
  if ('reason' in answer) return answer;
  const chain = answer.chain.map((der) => new X509Certificate(der));
  const [certificate] = chain;
  if (certificate === undefined)
    return { reason: 'its certificate could not be transferred; export the file again' };
  return { certificate: { ...answer, certificate, chain } };
}
