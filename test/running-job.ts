import type { JobDescription, RunningJob } from '@signering/client';

/** What only a job that runs has; nothing for others. */
export function whileRunning(
  job: JobDescription,
): Pick<RunningJob, 'waitingFor' | 'deadline' | 'needsOperator'> {
  return job.status === 'RUNNING' ? job : { waitingFor: [] };
}
