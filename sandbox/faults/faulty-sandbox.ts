import type { SandboxParts } from '../sandbox-parts.js';
import type { Faults } from './faults.js';

/** The sandbox with the faults that its calls meet. */
export interface FaultySandbox extends SandboxParts {
  readonly faults: Faults;
}
