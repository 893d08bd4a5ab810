import { totalmem } from 'node:os';
import { constrainedMemory } from 'node:process';
import { getHeapStatistics } from 'node:v8';

const MIB = 2 ** 20;

/** Memory of a worker that packages and archives documents and caches no workflow, in MiB; bench/open-agreements.ts measures it. */
const WITHOUT_CACHE_MIB = 350;
/** The part of it in V8's heap. */
const HEAP_WITHOUT_CACHE_MIB = 60;
/** Memory of one cached workflow, in MiB: its objects in V8's heap, and its history in Temporal's core. */
const ONE_WORKFLOW_MIB = 0.4;
/** The part of the memory that is planned for: several large documents at once need the rest. */
const PLANNED_PART = 0.9;

const FEWEST = 20;

/**
 * The aim is a worker below 512 MB, which bench/open-agreements.ts measures. More workflows would gain little: one that is
 * not cached answers some 20 ms later, and a job has a workflow task a few times in its life.
 */
const MOST = 300;

/** What limits the memory of a process, in bytes. */
export interface MemoryLimits {
  /** The container's limit, or the machine's memory. */
  readonly resident: number;
  /** The limit of V8's heap. */
  readonly heap: number;
}

/** The limits of this process. */
export function memoryLimits(): MemoryLimits {
  // Without a limit, Node returns 0 or a number above the machine's memory.
  const container = constrainedMemory() || Infinity;
  return { resident: Math.min(container, totalmem()), heap: getHeapStatistics().heap_size_limit };
}

/** The number of workflows that a worker caches within these limits. */
export function workflowCacheFor({ resident, heap }: MemoryLimits): number {
  const roomMib = Math.min(
    (resident / MIB) * PLANNED_PART - WITHOUT_CACHE_MIB,
    (heap / MIB) * PLANNED_PART - HEAP_WITHOUT_CACHE_MIB,
  );
  return Math.max(FEWEST, Math.min(MOST, Math.floor(roomMib / ONE_WORKFLOW_MIB)));
}
