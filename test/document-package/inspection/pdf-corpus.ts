import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { readFileSync, writeFileSync } from 'node:fs';
import { PDFDocument, PDFName, rgb } from '@cantoo/pdf-lib';
import { SeededRandom } from '../../fuzz/seeded-random.js';

/** A file that both qpdf and our reader check. */
export interface CorpusFile {
  readonly name: string;
  /** Number of pages of its source. */
  readonly pages: number;
  readonly content: Buffer;
}

const QPDF_FORMS: Readonly<Record<string, readonly string[]>> = {
  linearized: ['--linearize'],
  'object streams': ['--object-streams=generate'],
  'no object streams': ['--object-streams=disable'],
  'linearized with object streams': ['--linearize', '--object-streams=generate'],
  qdf: ['--qdf'],
  'not compressed': ['--stream-data=uncompress'],
  'PDF 1.3': ['--force-version=1.3', '--object-streams=disable'],
  'encrypted for changing': ['--encrypt', '', 'owner', '256', '--'],
  'encrypted for reading': ['--encrypt', 'user', 'owner', '128', '--use-aes=y', '--'],
  'encrypted with RC4': ['--allow-weak-crypto', '--encrypt', '', 'owner', '40', '--'],
};

/** Replacements in the text of an uncompressed file, each a mistake seen in some writer. */
const BREAKAGES: readonly (readonly [string, RegExp, string])[] = [
  ['catalog without type', /\/Type\s*\/Catalog/, ''],
  ['page tree without type', /\/Type\s*\/Pages/, ''],
  ['page without type', /\/Type\s*\/Page\b/, ''],
  ['wrong count', /\/Count \d+/, '/Count 77'],
  ['no count', /\/Count \d+/, ''],
  ['no MediaBox', /\/MediaBox \[[^\]]*\]/g, ''],
  ['no startxref', /startxref/, 'startxxxx'],
  ['startxref of 0', /startxref\s+\d+/, 'startxref\n0'],
  ['no xref keyword', /\nxref\n/, '\nxxxx\n'],
  ['page object missing', /\n(\d+) 0 obj(?=[^]{0,40}\/Type\s*\/Page\b)/, '\n9$1 0 obj'],
  ['kids missing', /\/Kids \[[^\]]*\]/, ''],
  ['kids point nowhere', /\/Kids \[[^\]]*\]/, '/Kids [ 901 0 R ]'],
  ['kids in a loop', /\/Kids \[[^\]]*\]/, '/Kids [ 2 0 R 2 0 R ]'],
  ['root missing', /\/Root \d+ 0 R/g, ''],
  ['wrong lengths', /\/Length \d+/g, '/Length 3'],
];

/** Files of every form that qpdf and pdf-lib write, intact and broken; deterministic for a seed. */
export async function pdfCorpus(folder: string, seed: number): Promise<readonly CorpusFile[]> {
  const sources = await Promise.all([1, 2, 5, 17].map((pages) => sourceOf(pages)));
  const files: CorpusFile[] = [...sources];
  for (const source of sources) {
    for (const [form, args] of Object.entries(QPDF_FORMS)) {
      files.push({
        ...source,
        name: `${source.name}, ${form}`,
        content: rewritten(folder, source.content, args),
      });
    }
  }
  for (const source of [...files]) {
    if (source.name.includes('encrypted')) continue;
    files.push(
      { ...source, name: `${source.name}, junk before`, content: joined('junk\n', source.content) },
      {
        ...source,
        name: `${source.name}, junk behind`,
        content: joined(source.content, `<html>${'x'.repeat(500)}</html>`),
      },
      { ...source, name: `${source.name}, updated`, content: updated(source.content) },
    );
  }
  for (const source of files.filter(({ name }) => /pages, (?:qdf|no object streams)$/u.test(name))) {
    for (const [what, pattern, replacement] of BREAKAGES) {
      const text = source.content.toString('latin1').replace(pattern, replacement);
      files.push({ ...source, name: `${source.name}, ${what}`, content: Buffer.from(text, 'latin1') });
    }
  }
  const whole = files.filter(({ name }) => !name.includes('encrypted'));
  for (let stream = 1; files.length < 340; stream += 1) {
    const random = new SeededRandom(seed, stream);
    const { name, content, pages } = random.pick(whole);
    files.push({
      pages,
      name: `${name}, damage ${stream} of seed ${seed}`,
      content: damaged(content, random),
    });
  }
  return files;
}

async function sourceOf(pages: number): Promise<CorpusFile> {
  const document = await PDFDocument.create();
  for (let page = 1; page <= pages; page += 1) {
    document.addPage().drawText(`Avtale, side ${page} (\\ og slutt)`, { x: 50, y: 700, color: rgb(0, 0, 0) });
  }
  document.catalog.set(PDFName.of('Version'), PDFName.of('1.6'));
  return {
    pages,
    name: `${pages} pages`,
    content: Buffer.from(await document.save({ useObjectStreams: false })),
  };
}

function rewritten(folder: string, content: Buffer, args: readonly string[]): Buffer {
  const [source, target] = [join(folder, 'source.pdf'), join(folder, 'target.pdf')];
  writeFileSync(source, content);
  execFileSync(
    'qpdf',
    ['--deterministic-id', ...args, source, target].filter((arg) => !isForCleartext(arg, args)),
  );
  return readFileSync(target);
}

/** qpdf cannot derive a deterministic id from encrypted content. */
function isForCleartext(argument: string, args: readonly string[]): boolean {
  return argument === '--deterministic-id' && args.includes('--encrypt');
}

function joined(...parts: readonly (string | Buffer)[]): Buffer {
  return Buffer.concat(parts.map((part) => Buffer.from(part as string, 'latin1')));
}

/** Adds a section that replaces nothing, like a program that changes only metadata. */
function updated(content: Buffer): Buffer {
  const text = content.toString('latin1');
  const [, previous = '0'] = /startxref\s+(\d+)\s+%%EOF\s*$/u.exec(text) ?? [];
  const [, root = '1'] = /\/Root (\d+) 0 R/u.exec(text) ?? [];
  const object = '\n900 0 obj\n<< /Added true >>\nendobj\n';
  const start = content.length + object.length;
  const offset = String(content.length + 1).padStart(10, '0');
  return joined(
    content,
    `${object}xref\n900 1\n${offset} 00000 n \ntrailer\n<< /Root ${root} 0 R /Size 901 /Prev ${previous} >>\nstartxref\n${start}\n%%EOF\n`,
  );
}

/** Damage by a faulty copy: a cut, a hole, or a few changed bytes. */
function damaged(content: Buffer, random: SeededRandom): Buffer {
  const at = random.below(content.length);
  if (random.oneIn(3)) return content.subarray(0, at);
  if (random.oneIn(2)) {
    return Buffer.concat([content.subarray(0, at), content.subarray(at + 1 + random.below(200))]);
  }
  const copy = Buffer.from(content);
  for (let change = random.below(6); change >= 0; change -= 1)
    copy[random.below(copy.length)] = random.below(256);
  return copy;
}
