import { readFileSync } from 'node:fs';
import { findAnnouncement, type SandboxAnnouncement } from '../processes/sandbox-announcement.js';

/** The file to which docker-compose.yml redirects the sandbox's announcement. */
const ANNOUNCEMENT_FILE = '.signering/announcement.json';

/** Reads the announcement of the sandbox in the other container. */
export function readAnnouncement(): SandboxAnnouncement {
  const announcement = findAnnouncement(readFileSync(ANNOUNCEMENT_FILE, 'utf8'));
  if (announcement === undefined) throw new Error(`${ANNOUNCEMENT_FILE} contains no announcement yet.`);
  return announcement;
}
