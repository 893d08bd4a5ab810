import { Worker } from 'node:worker_threads';
import { DAMAGED, type PdfReading } from './parse-pdf.js';

// Readers look for header and end in the first and last 1024 bytes. Spec: ISO 32000-1, Annex H.3 (3.4.1 and 3.4.4).
const REACH = 1024;
const NO_PDF = 'is not a PDF; export it as PDF (version 1.1–1.7, or PDF/A)';
const INCOMPLETE = 'is an incomplete PDF, its end is missing; copy or export it again';
const TOO_SLOW = 'is a PDF that takes too long to read; export it again';

/** Ten megabytes take a second or two; what is damaged in a bad way, or hostile, would take hours. */
const TIME_LIMIT_MS = 10_000;

/** What the worker is asked. */
export interface PdfQuestion {
  readonly content: Uint8Array;
  /** The version that the file begins with. */
  readonly header: string;
}

/** For what is parsed; what is unpacked on the way has a limit of its own. */
const MAX_HEAP_MB = 1024;

let worker: Worker | undefined;
let queue: Promise<unknown> = Promise.resolve();

/**
 * Reads a PDF just far enough to tell whether the service takes it, one document at a time in a thread of its own: the
 * process goes on meanwhile, whatever the document is.
 */
export async function readPdf(content: Uint8Array): Promise<PdfReading> {
  const bytes = Buffer.from(content.buffer, content.byteOffset, content.byteLength);
  const header = /%PDF-(\d\.\d)/.exec(bytes.subarray(0, REACH).toString('latin1'))?.[1];
  if (header === undefined) return { problem: NO_PDF };
  if (!bytes.subarray(-REACH).includes('%%EOF')) return { problem: INCOMPLETE };
  const reading = queue.then(() => ask({ content, header }));
  queue = reading;
  return await reading;
}

/** Never rejects: what cannot be read is damaged. */
function ask(question: PdfQuestion): Promise<PdfReading> {
  const asked = (worker ??= new Worker(new URL('./pdf-worker.js', import.meta.url), {
    resourceLimits: { maxOldGenerationSizeMb: MAX_HEAP_MB },
  }));
  return new Promise((resolve) => {
    const settle = (reading: PdfReading, { keep }: { readonly keep: boolean }) => {
      clearTimeout(timer);
      asked.off('message', take).off('error', giveUp).off('exit', giveUp);
      // Between documents it does not keep the process alive.
      asked.unref();
      if (!keep) {
        worker = undefined;
        asked.once('error', () => undefined);
        void asked.terminate();
      }
      resolve(reading);
    };
    const take = (reading: PdfReading) => settle(reading, { keep: true });
    // Out of memory, for one.
    const giveUp = () => settle({ problem: DAMAGED }, { keep: false });
    const timer = setTimeout(() => settle({ problem: TOO_SLOW }, { keep: false }), TIME_LIMIT_MS);
    asked.once('message', take).once('error', giveUp).once('exit', giveUp);
    asked.ref();
    asked.postMessage(question);
  });
}
