// The thread in which PDFs are read.
import { parentPort } from 'node:worker_threads';
import { boundUnpacking } from './bound-unpacking.js';
import { parsePdf } from './parse-pdf.js';
import type { PdfQuestion } from './read-pdf.js';

// The library quotes what it finds odd; documents have no place in a log.
console.warn = () => undefined;

/** Lists of objects in a document of ten megabytes unpack to a few times that; images are not unpacked here. */
const MAX_STREAM_BYTES = 64 * 2 ** 20;
const TOO_LARGE = 'is a PDF with a part that unpacks to more than can be read; export it again';

const unpacking = boundUnpacking(MAX_STREAM_BYTES);

parentPort?.on('message', ({ content, header }: PdfQuestion) => {
  void parsePdf(content, header).then((reading) =>
    parentPort?.postMessage(unpacking.takeExceeded() ? { problem: TOO_LARGE } : reading),
  );
});
