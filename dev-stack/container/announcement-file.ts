import { readFileSync } from 'node:fs';
import { findAnnouncement, type SandboxAnnouncement } from '../processes/sandbox-announcement.js';

/** Where docker-compose.yml keeps what the sandbox prints when it is ready. */
const ANNOUNCEMENT_FILE = '.signering/announcement.json';

/** What the sandbox in the next container has announced. */
export function readAnnouncement(): SandboxAnnouncement {
  const announcement = findAnnouncement(readFileSync(ANNOUNCEMENT_FILE, 'utf8'));
  if (announcement === undefined) throw new Error(`${ANNOUNCEMENT_FILE} holds no announcement yet.`);
  return announcement;
}
