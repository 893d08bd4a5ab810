// For the tests of programs that use the client: the same interface without Temporal, storage and network.
export type { ActingSigner, EndedCeremony } from './in-memory-job.js';
export { InMemorySigningClient } from './in-memory-signing-client.js';
export type { InMemoryOptions } from './in-memory-world.js';
