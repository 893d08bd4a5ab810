// Health check of the sandbox container: calls the admin interface.
import { readAnnouncement } from './announcement-file.js';

const { adminUrl } = readAnnouncement();
const { ok } = await fetch(adminUrl, { signal: AbortSignal.timeout(4_000) });
process.exitCode = ok ? 0 : 1;
