// The servers of a local stack: finds or builds their executables, starts and stops them.
export {
  endLeftover,
  isRecordAlive,
  startOwnedProcess,
  type OwnedProcess,
  type OwnedProcessOptions,
} from './owned-process.js';
export { processIdentity } from './process-identity.js';
export { freePort, rememberedPorts } from './remembered-ports.js';
export type { SandboxAnnouncement } from './sandbox-announcement.js';
export { sandboxAdmin, type SandboxAdmin, type SandboxJob } from './sandbox-admin.js';
export { startSandboxProcess, type SandboxProcess } from './sandbox-process.js';
export { recordFileOf, SIGNERING_COMMAND, type SigneringProcess } from './signering-process.js';
export { stackEnvironment, withoutSettings } from './stack-environment.js';
export { existingTemporalExecutable, findTemporalExecutable } from './temporal-executable.js';
export { waitForTemporal } from './temporal-readiness.js';
export { startTemporalServer, type TemporalServer, type TemporalServerOptions } from './temporal-server.js';
export { existingTimeSkippingServer } from './time-skipping-server.js';
export { startCodecServerProcess, startPortalProcess } from './web-server-process.js';
export { startWorkerProcess, type WorkerProcessOptions } from './worker-process.js';
