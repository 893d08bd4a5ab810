// Reads one key store in a thread of its own: key derivation takes seconds, and would block polling and heartbeats.
import { parentPort, workerData } from 'node:worker_threads';
import { readKeyStore, type KeyStoreFile } from './read-key-store.js';

/** What the thread posts; certificates as DER. */
export type KeyStoreAnswer = ReturnType<typeof answerOf>;

function answerOf(file: KeyStoreFile) {
  const outcome = readKeyStore(file);
  if ('reason' in outcome) return outcome;
  const { privateKey, chain, organizationNumber } = outcome.certificate;
  return { privateKey, chain: chain.map(({ raw }) => raw), organizationNumber };
}

parentPort?.postMessage(answerOf(workerData as KeyStoreFile));
