// A sandbox standing in for Posten signering on one machine. It speaks the same API.
export { startSandbox } from './start-sandbox.js';
export type { OtherCertificate, Sandbox, SandboxAnnouncement, SandboxOptions } from './start-sandbox.js';
export type { CertificateFile } from './identities.js';
export type { LoginProviderAnnouncement } from './login/login-provider.js';
