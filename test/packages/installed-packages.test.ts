import assert from 'node:assert/strict';
import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { codeBlocks } from '../docs/markdown.js';
import { PACKAGE, PROJECT, readProjectFile } from '../docs/project-files.js';
import { EXIT_URLS, visit } from '../end-to-end/direct-jobs.js';
import { freshFolder, startTestStack, waitFor, type TestStack } from '../fixtures/index.js';
import { InstalledProject } from './installed-project.js';

const CLIENT_MANIFEST = JSON.parse(readProjectFile('client/package.json')) as {
  readonly peerDependencies: Readonly<Record<string, string>>;
};
/** The oldest version of `@temporalio/client` that the packages allow. */
const OLDEST_CLIENT =
  /^>=(\S+)/u.exec(CLIENT_MANIFEST.peerDependencies['@temporalio/client'] ?? '')?.[1] ?? 'unknown';
const NEWEST_CLIENT = '1';
const TSC = join(PROJECT, 'node_modules', 'typescript', 'bin', 'tsc');

const COMPILER_OPTIONS = {
  strict: true,
  noEmit: true,
  skipLibCheck: false,
  target: 'es2022',
  types: ['node'],
};
const TYPED_PROGRAM = `
import { SigningClient, type JobResult } from '@signering/client';
const client = await SigningClient.connect();
const { outcome, archive }: JobResult = await client.waitForResult('contract-1');
console.log(archive.folder);
// @ts-expect-error An outcome is text: without types nothing would be wrong here.
const wrong: number = outcome;
`;
const TYPED_PROGRAM_IN_COMMONJS = `
import { SigningClient } from '@signering/client';
SigningClient.connect().then(async (client) => {
  // @ts-expect-error A reference is text.
  await client.getJob(1);
});
`;

/** Polls until the job that the README's example created is signed. */
const FETCH_FROM_COMMONJS = `
const { writeFileSync } = require('node:fs');
const { setTimeout } = require('node:timers/promises');
const { buffer } = require('node:stream/consumers');

async function main() {
  const { createSigningApi, loadEnterpriseCertificate } = await import('@signering/signing-api');
  const api = createSigningApi();
  for (;;) {
    const answer = await api.portal.fetchStatusChange({ organizationNumber: '312345676' });
    if (answer.kind === 'STATUS_CHANGE' && answer.change.padesUrl !== undefined) {
      const { content } = await api.portal.downloadPades(answer.change.padesUrl);
      writeFileSync('signed.pdf', await buffer(content));
      await api.portal.confirmStatusChange(answer.change.confirmationUrl);
      console.log(answer.change.signatureJobId);
      return api.close();
    }
    await setTimeout(answer.nextPollInMs);
  }
}
main();
`;

/** Starts a direct job and prints the signer's redirect URL; with a token as its argument, brings that back. */
const DIRECT_PROGRAM = `
import { SigningClient } from '@signering/client';
const [reference, token] = process.argv.slice(2);
const client = await SigningClient.connect();
if (token === undefined) {
  const request = {
    reference,
    title: 'Contract',
    documents: [{ file: 'contract.pdf' }],
    signers: [{ signerIdentifier: 'customer-1' }],
    exitUrls: ${JSON.stringify(EXIT_URLS)},
  };
  const start = () =>
    client.startDirectJob(request).catch((error) => {
      if (error.code !== 'JOB_NOT_CREATED_YET') throw error;
      return start();
    });
  const { redirects } = await start();
  console.log(redirects[0].redirectUrl);
} else {
  console.log((await client.signerReturned(reference, { statusQueryToken: token })).outcome);
}
await client.close();
`;

/** A JavaScript example of a package's README, by default the first. */
function exampleOf(name: string, number = 1): string {
  return codeBlocks(readProjectFile(`${name}/README.md`), 'js')[number - 1] ?? assert.fail('no such example');
}

describe('The packages, installed from their tarballs', () => {
  let folder: string;
  let tarballs: string;
  let stack: TestStack;
  let worker: ChildProcess | undefined;
  let withCli: InstalledProject;

  const install = async (name: string, packageName: string): Promise<InstalledProject> => {
    const project = new InstalledProject(join(folder, name), stack.env);
    await project.succeed('sh', join(tarballs, `install-${packageName}.sh`));
    copyFileSync(join(PROJECT, 'docs/examples/contract.pdf'), join(project.folder, 'contract.pdf'));
    return project;
  };
  /** Signs the job as soon as it is at the sandbox, for a program that waits for its outcome. */
  const signed = async <T>(reference: string | undefined, ended: Promise<T>): Promise<T> => {
    const job = await Promise.race([
      waitFor(
        async () => (await stack.admin.jobs()).find((one) => one['reference'] === reference)?.signatureJobId,
        {
          what: 'the job is at the sandbox',
        },
      ),
      ended.then(() => undefined),
    ]);
    if (job !== undefined) await stack.admin.act(job, 1, 'sign');
    return ended;
  };
  const assertSignedPdf = (file: string): void => {
    const pdf = readFileSync(file, 'latin1');
    assert.match(pdf, /^%PDF-[\s\S]*\/SubFilter *\/ETSI\.CAdES\.detached/u);
  };

  before(async () => {
    folder = freshFolder('packages');
    tarballs = join(folder, 'dist-packages');
    // Before the stack starts: packing installs and builds what is out of date.
    const { stdout } = await promisify(execFile)(
      process.execPath,
      [join(PROJECT, 'scripts', 'pack-all.mjs'), '--to', tarballs],
      { cwd: PROJECT },
    );
    stack = await startTestStack();
    assert.match(stdout, /^@signering\/client: sh ".*install-client\.sh"$/mu);
    withCli = await install('with-cli', 'cli');
    // The jobs of all tests here are carried out by the packed worker.
    withCli.write('worker.mjs', exampleOf('worker'));
    worker = spawn(process.execPath, ['worker.mjs'], {
      cwd: withCli.folder,
      env: stack.env,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let said = '';
    for (const stream of [worker.stdout, worker.stderr])
      stream?.on('data', (part: Buffer) => (said += part.toString()));
    await waitFor(() => Promise.resolve(said.includes('The worker is ready.') || worker?.exitCode !== null), {
      what: 'the worker is ready',
    });
    assert.equal(worker.exitCode, null, said);
  });
  after(async () => {
    if (worker?.exitCode === null) {
      worker.kill('SIGTERM');
      await once(worker, 'exit');
    }
    await stack.stop();
  });

  it('are one tarball for each workspace', () => {
    const packed = readdirSync(tarballs).filter((file) => file.endsWith('.tgz'));
    const version = (JSON.parse(readProjectFile('package.json')) as { version: string }).version;
    assert.deepEqual(packed, PACKAGE.workspaces.map((name) => `signering-${name}-${version}.tgz`).sort());
  });

  describe('@signering/client alone', () => {
    let project: InstalledProject;
    before(async () => {
      project = await install('with-client', 'client');
    });

    it('is at most 90 MB, without worker, bundler, web server and PDF writer, and with one @temporalio/common', () => {
      const { megabytes, packages } = project.installed();
      assert.ok(megabytes <= 90, `${megabytes} MB`);
      for (const name of ['@temporalio/worker', 'webpack', '@swc/core', 'fastify', '@cantoo/pdf-lib']) {
        assert.equal(packages.get(name), undefined, name);
      }
      assert.deepEqual(packages.get('@temporalio/common'), ['node_modules/@temporalio/common']);
    });

    it("starts a job and fetches the signed PDF, as its README's example", async () => {
      project.write('example.mjs', exampleOf('client'));
      const stdout = await signed('contract-1', project.succeed(process.execPath, 'example.mjs'));
      assert.equal(stdout, 'SIGNED\n');
      assertSignedPdf(join(project.folder, 'signed', 'signed.pdf'));
    });

    it("tests without Temporal, as its README's example", async () => {
      project.write('in-memory.mjs', exampleOf('client', 2));
      assert.equal(await project.succeed(process.execPath, 'in-memory.mjs'), 'SIGNED\n');
    });

    it('has each JSON Schema as a file, for validators in any language', async () => {
      const name = '@signering/client/schemas/portal-job-request.json';
      project.write(
        'schema.mjs',
        `import schema from '${name}' with { type: 'json' };\nconsole.log(schema.$id);\n`,
      );
      const id = 'urn:signering:json-schema:v1:portal-job-request\n';
      assert.equal(await project.succeed(process.execPath, 'schema.mjs'), id);
      const installed = readdirSync(join(project.folder, 'node_modules/@signering/client/schemas'));
      assert.deepEqual(installed.sort(), readdirSync(join(PROJECT, 'client/schemas')).sort());
    });

    it('is loaded by require', async () => {
      project.write('status.cjs', readProjectFile('docs/examples/own-system/status.cjs'));
      assert.equal(
        await project.succeed(process.execPath, 'status.cjs', 'contract-1'),
        'SIGNED, waiting for 0 of the signers\n',
      );
    });

    for (const [moduleResolution, module] of [
      ['nodenext', 'nodenext'],
      ['bundler', 'esnext'],
    ]) {
      it(`has types for moduleResolution ${moduleResolution}`, async () => {
        // Declarations of @temporalio/common import those of `ms`, which it does not depend on.
        await project.succeed('npm', 'install', '--no-audit', '--no-fund', '@types/ms@2');
        const files = ['typed.mts', ...(module === 'nodenext' ? ['typed.cts'] : [])];
        project.write('typed.mts', TYPED_PROGRAM);
        project.write('typed.cts', TYPED_PROGRAM_IN_COMMONJS);
        const compilerOptions = { ...COMPILER_OPTIONS, module, moduleResolution };
        project.write('tsconfig.json', JSON.stringify({ compilerOptions, files }));
        await project.succeed(process.execPath, TSC, '-p', 'tsconfig.json');
      });
    }

    it('is not found with moduleResolution node10, as the guide says', async () => {
      const compilerOptions = {
        ...COMPILER_OPTIONS,
        module: 'esnext',
        moduleResolution: 'node10',
        types: [],
      };
      project.write('old.ts', TYPED_PROGRAM);
      project.write(
        'tsconfig.json',
        JSON.stringify({
          compilerOptions: { ...compilerOptions, ignoreDeprecations: '6.0' },
          files: ['old.ts'],
        }),
      );
      const { exitCode, stdout } = await project.run(process.execPath, [TSC, '-p', 'tsconfig.json']);
      assert.notEqual(exitCode, 0);
      assert.match(stdout, /^old\.ts\(2,.*TS2307: Cannot find module '@signering\/client'/u);
      assert.match(readProjectFile('docs/integration.md'), /"moduleResolution": "node10"`.*TS2307/u);
    });

    for (const [age, version] of [
      ['oldest', OLDEST_CLIENT],
      ['newest', NEWEST_CLIENT],
    ]) {
      it(`carries out a job of each flow with the ${age} @temporalio/client that is allowed, ${version}`, async () => {
        await project.succeed('npm', 'install', '--no-audit', '--no-fund', `@temporalio/client@${version}`);
        await project.succeed('npm', 'ls', '--all');
        const { packages } = project.installed();
        assert.deepEqual(packages.get('@temporalio/common'), ['node_modules/@temporalio/common']);
        const reference = `contract-${age}`;
        project.write(
          'peer.mjs',
          exampleOf('client').replaceAll('contract-1', reference).replace("'signed'", `'signed-${age}'`),
        );
        assert.equal(await signed(reference, project.succeed(process.execPath, 'peer.mjs')), 'SIGNED\n');
        assertSignedPdf(join(project.folder, `signed-${age}`, 'signed.pdf'));

        project.write('direct.mjs', DIRECT_PROGRAM);
        const direct = ['direct.mjs', `direct-${age}`] as const;
        const redirectUrl = await project.succeed(process.execPath, ...direct);
        const { token } = await visit(redirectUrl.trim(), 'sign');
        assert.equal(await project.succeed(process.execPath, ...direct, token), 'SIGNED\n');
      });
    }
  });

  describe('@signering/signing-api alone', () => {
    let project: InstalledProject;
    /** Code of the README for the sandbox in the place of the service. */
    const forSandbox = (code: string): string => {
      const { announcement } = stack.sandbox();
      const options = {
        apiUrl: announcement.apiUrl,
        serverOrganizationNumber: announcement.serverOrganizationNumber,
        trustedCertificates: [readFileSync(announcement.trustedCertificates, 'utf8')],
      };
      return code
        .replace("apiUrl: 'difitest'", `...${JSON.stringify(options)}`)
        .replace('certificate.p12', announcement.certificate.file)
        .replace('PASSWORD', announcement.certificate.password);
    };
    before(async () => {
      project = await install('with-signing-api', 'signing-api');
    });

    it('is at most 45 MB, with nothing of Temporal and no PDF library', () => {
      const { megabytes, packages } = project.installed();
      assert.ok(megabytes <= 45, `${megabytes} MB`);
      const refused = [...packages.keys()].filter((name) => /^@temporalio\/|pdf/iu.test(name));
      assert.deepEqual(refused, []);
    });

    it("creates a job as its README's example, and fetches the signed PDF from CommonJS by dynamic import", async () => {
      const example = exampleOf('signing-api');
      project.write('example.mjs', forSandbox(example));
      const created = await project.succeed(process.execPath, 'example.mjs');
      const [, id = ''] = /^Created job (\d+)$/mu.exec(created) ?? [];
      await stack.admin.act(id, 1, 'sign');
      const [options = ''] = /createSigningApi\([\s\S]*?\n\}\)/u.exec(example) ?? [];
      project.write('fetch.cjs', FETCH_FROM_COMMONJS.replace('createSigningApi()', forSandbox(options)));
      assert.equal(await project.succeed(process.execPath, 'fetch.cjs'), `${id}\n`);
      assertSignedPdf(join(project.folder, 'signed.pdf'));
    });
  });

  describe('@signering/cli', () => {
    it("examines the stack and sends a document, as in its README's example", async () => {
      const [example = ''] = codeBlocks(readProjectFile('cli/README.md'), 'sh').filter((block) =>
        block.startsWith('npx signering'),
      );
      const printed = await withCli.succeed('sh', '-e', '-c', example);
      assert.match(printed, /Sent under the reference contract-2/u);
    });

    it('says in one sentence that @signering/dev-stack is not installed', async () => {
      const { exitCode, stderr } = await withCli.run('npx', ['signering', 'dev']);
      assert.equal(exitCode, 2);
      assert.match(
        stderr,
        /^signering: .*signering dev.*@signering\/dev-stack: is not installed: npm install .*\n$/u,
      );
    });
  });
});
