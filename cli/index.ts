// Exports for @signering/dev-stack, which adds commands to `signering` and shows jobs in the same way.
export { inCommandLineTerms } from './request/index.js';
export { formatMilliseconds, parseDuration } from './syntax/duration.js';
export { untilOutputCloses } from './terminal/closed-output.js';
export { followJob } from './terminal/follow-job.js';
export { stateInWords } from './terminal/job-view.js';
export { commandView, type LiveView } from './terminal/live-view.js';
export { print } from './terminal/print.js';
export type { ProgressSink } from './terminal/progress-sink.js';
export { resultLines, type ListedFile } from './terminal/result-view.js';
export { untilStopSignal, untilStackStopSignal } from './terminal/signals.js';
