import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeAgreement } from './agreement.js';

/** The title under which a demo sends its documents. */
export const DEMO_TITLE = 'Agreement on a shared boat';

/** The user's files, or an agreement that is written to the folder. */
export async function demoDocuments(files: readonly string[], folder: string): Promise<readonly string[]> {
  if (files.length > 0) return files;
  const file = join(folder, 'agreement.pdf');
  writeFileSync(file, await makeAgreement(), { mode: 0o600 });
  return [file];
}
