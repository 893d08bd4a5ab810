import { execFile } from 'node:child_process';
import { copyFile, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { classPathOf, javaSource, type JavaJudge } from '../../java-judge.js';
import { agreementPdf } from '../stage/agreement-pdf.js';
import type { TestSandbox } from '../stage/test-sandbox.js';

const run = promisify(execFile);
export const OFFICIAL_CLIENT: JavaJudge = {
  name: 'the official Java client',
  folder: 'official-client',
  jar: 'signature-api-client-java',
};
const DRIVER = javaSource('sandbox', 'official-client', 'DriveSandbox.java');

/** One line of the driver: a step, and what the client saw there. */
export interface Step {
  readonly step: string;
  readonly facts: Readonly<Record<string, string>>;
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
  const { stdout } = await run('java', [
    '-cp',
    classPathOf(OFFICIAL_CLIENT),
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
  ]);
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
