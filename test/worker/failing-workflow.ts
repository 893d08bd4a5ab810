import { ApplicationFailure } from '@temporalio/workflow';

/** The least that a bundle can hold. */
export function failing(): Promise<void> {
  return Promise.reject(ApplicationFailure.create({ message: 'on purpose' }));
}
