import { execFile, execFileSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { copyFile, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { agreementPdf } from '../stage/agreement-pdf.js';
import type { TestSandbox } from '../stage/test-sandbox.js';

const run = promisify(execFile);
/** The folder of package.json: this file is compiled into `dist/test/sandbox/official-client/`. */
const PROJECT = fileURLToPath(new URL('../../../../', import.meta.url));
const JARS = join(PROJECT, '.cache', 'official-client');
const DRIVER = join(PROJECT, 'test', 'sandbox', 'official-client', 'DriveSandbox.java');
const TIMEOUT_MS = 110_000;

/** One line of the driver: a step, and what the client saw there. */
export interface Step {
  readonly step: string;
  readonly facts: Readonly<Record<string, string>>;
}

/** Skips the test, with a word, where there is no Java or the client's jars were not fetched. */
export function requireOfficialClient(context: Mocha.Context): void {
  const missing = whatIsMissing();
  if (missing === undefined) return;
  const test = context.currentTest ?? context.test;
  if (test) test.title += ` [skipped: ${missing}, so the official Java client judges nothing]`;
  context.skip();
}

function whatIsMissing(): string | undefined {
  try {
    execFileSync('java', ['-version'], { stdio: 'ignore' });
  } catch {
    return 'no Java is installed';
  }
  const hasJars =
    existsSync(JARS) && readdirSync(JARS).some((name) => name.startsWith('signature-api-client-java'));
  return hasJars ? undefined : 'its jars are missing (npm run fetch-java-judges)';
}

/** Lets the official Java client go through a scenario of `DriveSandbox.java`. */
export async function driveOfficialClient(sandbox: TestSandbox, scenario: string): Promise<readonly Step[]> {
  const { announcement } = sandbox.sandbox();
  const folder = join(sandbox.stateFolder, 'official-client');
  const trusted = join(folder, 'trusted');
  await mkdir(trusted, { recursive: true });
  await copyFile(announcement.trustedCertificates, join(trusted, 'root.pem'));
  const pdf = join(folder, 'agreement.pdf');
  await writeFile(pdf, await agreementPdf());
  const { stdout } = await run(
    'java',
    [
      '-cp',
      join(JARS, '*'),
      DRIVER,
      announcement.apiUrl,
      announcement.adminUrl,
      announcement.certificate.file,
      announcement.certificate.password,
      announcement.organizationNumber,
      announcement.serverOrganizationNumber,
      trusted,
      pdf,
      scenario,
    ],
    { timeout: TIMEOUT_MS },
  );
  return stdout.trim().split('\n').map(readStep);
}

function readStep(line: string): Step {
  const [step = '', ...facts] = line.split(' ');
  return {
    step,
    facts: Object.fromEntries(
      facts.map((fact) => {
        const end = fact.indexOf('=');
        return [fact.slice(0, end), fact.slice(end + 1)] as const;
      }),
    ),
  };
}
