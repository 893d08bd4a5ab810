// The thread in which PDFs are read.
import { parentPort } from 'node:worker_threads';
import { parsePdf } from './parse-pdf.js';
import type { PdfQuestion } from './read-pdf.js';

// The library quotes what it finds odd; documents have no place in a log.
console.warn = () => undefined;

parentPort?.on('message', ({ content, header }: PdfQuestion) => {
  void parsePdf(content, header).then((reading) => parentPort?.postMessage(reading));
});
