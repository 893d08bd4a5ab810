// Writes the tarballs of the packages, from copies that contain only what users need.
import { Buffer } from 'node:buffer';
import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, relative, resolve } from 'node:path';
import { promisify } from 'node:util';
import { CHECKOUT, PACKAGES } from '../prepare/checkout.mjs';
import { checkTarball } from './check.mjs';

// Source maps refer to TypeScript files, which are not packed.
const NOT_PACKED = /(^|\/)(node_modules|\.tsbuildinfo|tsconfig\.json|.*\.map|.*(?<!\.d)\.m?ts)$/;
const MAP_COMMENT = /\n\/\/# sourceMappingURL=(?!data:).*\s*$/;
const BUNDLE = 'workflows.bundle.js';
const BUNDLE_MAP = /(\/\/# sourceMappingURL=data:application\/json;[^,]*base64,)(\S+)/;

/** Writes every package's tarball into an emptied folder, checks each, and lists them. */
export async function packPackages(folder) {
  const tarballs = await writeTarballs(folder);
  const problems = (await Promise.all(tarballs.map(checkTarball))).flat();
  if (problems.length > 0) throw new Error(`Packages with problems:\n${problems.join('\n')}`);
  return tarballs;
}

async function writeTarballs(folder) {
  const destination = resolve(folder);
  const staging = mkdtempSync(join(tmpdir(), 'signering-pack-'));
  try {
    const copies = PACKAGES.map((name) => copyPackage(name, join(staging, name)));
    rmSync(destination, { recursive: true, force: true });
    mkdirSync(destination, { recursive: true });
    const packed = JSON.parse(
      await npm(['pack', '--json', '--pack-destination', destination, ...copies], staging),
    );
    return PACKAGES.map((name) => {
      const { filename, files } = packed.find((one) => one.name === `@signering/${name}`);
      return { name, file: join(destination, basename(filename)), files: files.map(({ path }) => path) };
    });
  } finally {
    rmSync(staging, { recursive: true, force: true });
  }
}

function copyPackage(name, copy) {
  const from = join(CHECKOUT, name);
  cpSync(from, copy, { recursive: true, filter: (path) => !NOT_PACKED.test(relative(from, path)) });
  // npm packs the licence only from the package's own folder.
  cpSync(join(CHECKOUT, 'LICENSE'), join(copy, 'LICENSE'));
  writeFileSync(
    join(copy, 'package.json'),
    withoutInternals(readFileSync(join(from, 'package.json'), 'utf8')),
  );
  for (const file of readdirSync(join(copy, 'dist'), { recursive: true }).filter((path) =>
    path.endsWith('.js'),
  )) {
    const path = join(copy, 'dist', file);
    const code = readFileSync(path, 'utf8');
    writeFileSync(path, basename(file) === BUNDLE ? withoutSources(code) : code.replace(MAP_COMMENT, '\n'));
  }
  return copy;
}

/** Only the tests of this project may import internal files. */
function withoutInternals(manifest) {
  const { exports, ...rest } = JSON.parse(manifest);
  delete exports['./internal/*.js'];
  return `${JSON.stringify({ ...rest, exports }, undefined, 2)}\n`;
}

/** Temporal's worker needs the bundle's source map: names and lines of the sources, without local paths. */
function withoutSources(bundle) {
  return bundle.replace(BUNDLE_MAP, (_, prefix, encoded) => {
    const map = JSON.parse(Buffer.from(encoded, 'base64').toString('utf8'));
    delete map.sourcesContent;
    map.sources = map.sources.map((source) => source.replace(`${CHECKOUT}/`, ''));
    return prefix + Buffer.from(JSON.stringify(map)).toString('base64');
  });
}

async function npm(args, cwd) {
  const path = process.env.npm_execpath;
  const [command, first] = path?.endsWith('.js') === true ? [process.execPath, [path]] : ['npm', []];
  const { stdout } = await promisify(execFile)(command, [...first, ...args], { cwd, maxBuffer: 2 ** 26 });
  return stdout;
}
