import type { SandboxParts } from '../sandbox-parts.js';
import type { Faults } from './faults.js';

/** The sandbox parts with the pending faults. */
export interface FaultySandbox extends SandboxParts {
  readonly faults: Faults;
}
