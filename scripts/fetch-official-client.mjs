// Fetches with Maven the official Java client of the signature API, for the test that lets it use the sandbox, and the
// artifact that the shipped CA certificates come from, for the test that compares them.
// Without Java or Maven nothing is fetched, and those tests are skipped by name.
import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { CHECKOUT } from './prepare/checkout.mjs';
import { runLongStep } from './prepare/long-step.mjs';

const POM = join(CHECKOUT, 'test', 'sandbox', 'official-client', 'pom.xml');
const FETCHED = [
  {
    what: 'The official Java client',
    folder: join(CHECKOUT, '.cache', 'official-client'),
    argsFor: (folder) => ['-f', POM, 'dependency:copy-dependencies', `-DoutputDirectory=${folder}`],
  },
  {
    what: 'The origin of the CA certificates',
    folder: join(CHECKOUT, '.cache', 'certificate-validator'),
    argsFor: (folder) => [
      'dependency:copy',
      '-Dartifact=no.digipost:certificate-validator:3.0.6',
      `-DoutputDirectory=${folder}`,
    ],
  },
];

function isInstalled(program) {
  return spawnSync(program, ['-version'], { stdio: 'ignore' }).status === 0;
}

for (const { what, folder, argsFor } of FETCHED) {
  mkdirSync(folder, { recursive: true });
  if (readdirSync(folder).length > 0) {
    console.log(`${what} is in ${folder} already.`);
  } else if (!isInstalled('java') || !isInstalled('mvn')) {
    console.log(`There is no Java or no Maven here: left out: ${what}.`);
  } else {
    await runLongStep({
      what: `Fetching: ${what}`,
      command: 'mvn',
      args: ['-B', '-q', ...argsFor(folder)],
      next: 'Maven Central must be reachable; without it the test that needs this is skipped.',
    });
  }
}
