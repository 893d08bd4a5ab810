// Fetches the official Java client of the signature API with Maven, for the test that lets it use the sandbox.
// Without Java or Maven nothing is fetched, and that test is skipped by name.
import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { CHECKOUT } from './prepare/checkout.mjs';
import { runLongStep } from './prepare/long-step.mjs';

const POM = join(CHECKOUT, 'test', 'sandbox', 'official-client', 'pom.xml');
const JARS = join(CHECKOUT, '.cache', 'official-client');

function isInstalled(program) {
  return spawnSync(program, ['-version'], { stdio: 'ignore' }).status === 0;
}

mkdirSync(JARS, { recursive: true });
if (readdirSync(JARS).length > 0) {
  console.log(`The official Java client is in ${JARS} already.`);
} else if (!isInstalled('java') || !isInstalled('mvn')) {
  console.log('There is no Java or no Maven here: the official Java client is left out.');
} else {
  await runLongStep({
    what: 'Fetching the official Java client',
    command: 'mvn',
    args: ['-B', '-q', '-f', POM, 'dependency:copy-dependencies', `-DoutputDirectory=${JARS}`],
    next: 'Maven Central must be reachable; without the client its test is skipped.',
  });
}
