import { chmod, mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { SigningError } from '@signering/schema';
import { cacheFolder } from './cache-folder.js';
import { findOnPath, isExecutable } from './executables.js';
import { runLongStep } from './long-step.js';
import { downloadBySdk } from './sdk-download.js';
import type { FindExecutableOptions } from './temporal-executable.js';

const VERSION = '1.38.0';
const MAVEN_TIMEOUT_MS = 600_000;

const POM = `<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>local</groupId><artifactId>test-server</artifactId><version>1</version>
  <dependencies><dependency>
    <groupId>io.temporal</groupId><artifactId>temporal-test-server</artifactId><version>${VERSION}</version>
  </dependency></dependencies>
</project>
`;

// The wrapper finds its libraries beside it, so the folder can be moved.
const WRAPPER = `#!/bin/sh
exec java -cp "$(dirname "$0")/lib/*" io.temporal.testserver.TestServer "$@"
`;

function downloadedServer(env: NodeJS.ProcessEnv): string {
  return join(cacheFolder(env), 'bin', 'temporal-test-server');
}

function mavenServer(env: NodeJS.ProcessEnv): string {
  return join(cacheFolder(env), `temporal-test-server-${VERSION}`, 'temporal-test-server');
}

/** The time-skipping test server that was downloaded before. Fetches nothing. */
export async function existingTimeSkippingServer(env: NodeJS.ProcessEnv): Promise<string | undefined> {
  for (const path of [downloadedServer(env), mavenServer(env)]) {
    if (await isExecutable(path)) return path;
  }
  return undefined;
}

/**
 * Finds or makes the executable of Temporal's time-skipping test server: our cache, the SDK's download, else Maven's.
 * @throws TEMPORAL_UNAVAILABLE with the remaining options
 */
export async function findTimeSkippingServer(options: FindExecutableOptions): Promise<string> {
  const { env } = options;
  const existing = await existingTimeSkippingServer(env);
  if (existing !== undefined) return existing;
  const downloaded = downloadedServer(env);
  const whyNoDownload = await downloadBySdk({ ...options, server: 'time-skipping', target: downloaded });
  if (whyNoDownload === undefined) return downloaded;
  const whyNoMaven = await fetchWithMaven(options);
  if (whyNoMaven === undefined) return mavenServer(env);
  throw new SigningError(
    'TEMPORAL_UNAVAILABLE',
    `Found no time-skipping Temporal test server, and could not make one: ${whyNoDownload}; ${whyNoMaven}. ` +
      'Allow access to temporal.download, or install Maven and Java with access to Maven Central.',
  );
}

async function fetchWithMaven({ env, out }: FindExecutableOptions): Promise<string | undefined> {
  const maven = await findOnPath('mvn', env);
  if (maven === undefined || (await findOnPath('java', env)) === undefined) {
    return '`mvn` and `java` are not on PATH, so it cannot be fetched from Maven Central';
  }
  const home = dirname(mavenServer(env));
  await mkdir(dirname(home), { recursive: true });
  const folder = await mkdtemp(join(dirname(home), '.fetch-'));
  try {
    await writeFile(join(folder, 'pom.xml'), POM);
    const { succeeded, output } = await runLongStep({
      what: 'Fetching the Temporal test server from Maven Central',
      command: maven,
      args: ['--batch-mode', '--quiet', 'dependency:copy-dependencies', '-DoutputDirectory=lib'],
      env,
      cwd: folder,
      timeoutMs: MAVEN_TIMEOUT_MS,
      ...(out === undefined ? {} : { out }),
    });
    if (!succeeded) return `Maven failed: ${output.trim().split('\n')[0] ?? ''}`;
    await writeFile(join(folder, 'temporal-test-server'), WRAPPER);
    await chmod(join(folder, 'temporal-test-server'), 0o755);
    // mkdtemp made it accessible to this user only; it gets the permissions of the other cache folders.
    await chmod(folder, 0o755);
    await rm(home, { recursive: true, force: true });
    await rename(folder, home);
    return undefined;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
