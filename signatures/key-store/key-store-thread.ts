// Reads one key store in a worker thread: key derivation takes seconds and would block polling and heartbeats.
import { parentPort, workerData } from 'node:worker_threads';
import { readKeyStore, type KeyStoreFile } from './read-key-store.js';

/** The thread's message; certificates as DER. */
export type KeyStoreAnswer = ReturnType<typeof answerOf>;

function answerOf(file: KeyStoreFile) {
  const outcome = readKeyStore(file);
  if ('reason' in outcome) return outcome;
  const { privateKey, chain, organizationNumber } = outcome.certificate;
  return { privateKey, chain: chain.map(({ raw }) => raw), organizationNumber };
}

parentPort?.postMessage(answerOf(workerData as KeyStoreFile));
