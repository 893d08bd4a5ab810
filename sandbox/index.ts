// Posten signering in miniature, for one machine. What is behind this door may change; the API that it speaks may not.
export { startSandbox } from './start-sandbox.js';
export type { OtherCertificate, Sandbox, SandboxAnnouncement, SandboxOptions } from './start-sandbox.js';
export type { CertificateFile } from './identities.js';
