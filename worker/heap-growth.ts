import { setFlagsFromString } from 'node:v8';

/** How much V8's heap may grow after a collection, in percent of what is in use, before the next one. */
const HEAP_GROWTH_PERCENT = 30;

/**
 * Lets V8 collect garbage earlier, in this thread and in those that start later. By default, on a machine with much
 * memory, V8 lets the heap grow to four times what is in use: a worker with 3,900 open jobs had 100 MB in use and 694 MB
 * resident. Limits the heap's size in no way.
 */
export function collectGarbageEarly(): void {
  setFlagsFromString(`--heap-growing-percent=${HEAP_GROWTH_PERCENT}`);
}
