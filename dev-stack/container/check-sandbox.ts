// The health check of the sandbox's container: its admin interface answers.
import { readAnnouncement } from './announcement-file.js';

const { adminUrl } = readAnnouncement();
const { ok } = await fetch(adminUrl, { signal: AbortSignal.timeout(4_000) });
process.exitCode = ok ? 0 : 1;
