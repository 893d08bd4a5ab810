import { execFile } from 'node:child_process';
import { lstatSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** What a program said and how it ended. */
export interface Finished {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** What is in `node_modules`, on disk. */
export interface Installed {
  /** Each package with the folders in which it lies: two folders are two copies. */
  readonly packages: ReadonlyMap<string, readonly string[]>;
  /** Sum of the sizes of all files, in millions of bytes. */
  readonly megabytes: number;
}

/** The longest run of a program: less than a test may take. */
const WITHIN_MS = 500_000;

/** A program of a user in a folder outside the checkout, which installs packages from their tarballs. */
export class InstalledProject {
  readonly folder: string;
  readonly #env: NodeJS.ProcessEnv;

  /** @param env of its programs; without what `npm test` says of this project */
  constructor(folder: string, env: NodeJS.ProcessEnv) {
    this.folder = folder;
    this.#env = Object.fromEntries(
      Object.entries(env).filter(
        ([name]) => !/^npm_(?:package|lifecycle|config_local_prefix)|^INIT_CWD/u.test(name),
      ),
    );
    mkdirSync(folder);
    this.write('package.json', JSON.stringify({ name: 'own-system', version: '1.0.0', private: true }));
  }

  write(file: string, content: string | Uint8Array): void {
    writeFileSync(join(this.folder, file), content);
  }

  /** Runs a program to its end. */
  run(command: string, args: readonly string[]): Promise<Finished> {
    return new Promise((resolve) => {
      const options = { cwd: this.folder, env: this.#env, timeout: WITHIN_MS };
      execFile(command, args, options, (error, stdout, stderr) => {
        const exitCode = error === null ? 0 : typeof error.code === 'number' ? error.code : -1;
        resolve({ exitCode, stdout, stderr });
      });
    });
  }

  /** Runs a program that must succeed; answers what it printed. */
  async succeed(command: string, ...args: readonly string[]): Promise<string> {
    const { exitCode, stdout, stderr } = await this.run(command, args);
    if (exitCode !== 0)
      throw new Error(`${command} ${args.join(' ')} ended with ${exitCode}\n${stdout}\n${stderr}`);
    return stdout;
  }

  installed(): Installed {
    const packages = new Map<string, string[]>();
    let bytes = 0;
    const visit = (folder: string): void => {
      for (const entry of readdirSync(join(this.folder, folder), { withFileTypes: true })) {
        const path = `${folder}/${entry.name}`;
        if (entry.isDirectory()) visit(path);
        else if (entry.isFile()) bytes += lstatSync(join(this.folder, path)).size;
        const [, name] = /node_modules\/((?:@[^/]+\/)?[^/@]+)\/package\.json$/u.exec(path) ?? [];
        if (name !== undefined) packages.set(name, [...(packages.get(name) ?? []), folder]);
      }
    };
    visit('node_modules');
    return { packages, megabytes: bytes / 1e6 };
  }
}
