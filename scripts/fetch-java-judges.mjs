// Fetches with Maven what tests compare our output with: the official Java client of the signature API, veraPDF, and
// the artifact that contains the shipped CA certificates. Without Java or Maven nothing is fetched, and those tests
// are skipped by name.
import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { CHECKOUT } from './prepare/checkout.mjs';
import { runLongStep } from './prepare/long-step.mjs';

const JARS = join(CHECKOUT, '.cache');
const copyDependencies = (...pom) => [
  '-f',
  join(CHECKOUT, 'test', 'sandbox', ...pom, 'pom.xml'),
  'dependency:copy-dependencies',
];
const FETCHED = [
  { what: 'The official Java client', folder: 'official-client', goal: copyDependencies('official-client') },
  { what: 'veraPDF', folder: 'verapdf', goal: copyDependencies('pades', 'verapdf') },
  {
    what: 'The origin of the CA certificates',
    folder: 'certificate-validator',
    goal: ['dependency:copy', '-Dartifact=no.digipost:certificate-validator:3.0.6'],
  },
];

function isInstalled(program) {
  return spawnSync(program, ['-version'], { stdio: 'ignore' }).status === 0;
}

for (const { what, folder: name, goal } of FETCHED) {
  const folder = join(JARS, name);
  mkdirSync(folder, { recursive: true });
  if (readdirSync(folder).length > 0) {
    console.log(`${what} is in ${folder} already.`);
  } else if (!isInstalled('java') || !isInstalled('mvn')) {
    console.log(`Java or Maven is not installed, so this is not fetched: ${what}.`);
  } else {
    await runLongStep({
      what: `Fetching: ${what}`,
      command: 'mvn',
      args: ['-B', '-q', ...goal, `-DoutputDirectory=${folder}`],
      next: 'Maven Central must be reachable; without it the test that needs this is skipped.',
    });
  }
}
