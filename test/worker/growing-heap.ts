// Keeps 60 MB in use, of which it replaces a part again and again, and prints how far the heap grew, in MB.
import { memoryUsage } from 'node:process';
import { collectGarbageEarly } from '@signering/worker/internal/heap-growth.js';

const KEPT = 60;
const ROUNDS = 100;
const PART = 6;

if (process.argv[2] === 'early') collectGarbageEarly();
const kept = Array.from({ length: KEPT }, oneMegabyte);
let highest = 0;
for (let round = 0; round < ROUNDS; round += 1) {
  for (let place = 0; place < PART; place += 1) kept[(round * PART + place) % KEPT] = oneMegabyte();
  highest = Math.max(highest, memoryUsage().heapUsed);
}
console.log(Math.round(highest / 1e6));

/** Many small objects, as a workflow has. */
function oneMegabyte(): readonly object[] {
  return Array.from({ length: 12_500 }, (_, index) => ({ index, text: index, more: [index] }));
}
