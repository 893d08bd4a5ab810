// The checks of `signering doctor`.
export type { CheckName } from './check.js';
export { checksFor } from './checks.js';
export { Examination } from './examination.js';
export type { Finding, Trouble } from './finding.js';
export { printChecks } from './print-checks.js';
export { openTaskQueues } from './checks/task-queues.js';
export { recentPollers } from './recent-pollers.js';
export { reportLines, summaryLine, type ReportStyle } from './report-lines.js';
export { exitCodeOf, runChecks, type CheckReport } from './run-checks.js';
export { SettingUnusable } from './setting-unusable.js';
export { noTemporal, temporalRefusal } from './temporal-refusal.js';
