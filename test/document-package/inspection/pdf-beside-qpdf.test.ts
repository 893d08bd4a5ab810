import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspectDocuments } from '@signering/document-package/inspection';
import { ask, requireJudge } from '../../judges.js';
import { pdfCorpus, type CorpusFile } from './pdf-corpus.js';

const SOUND = 0;
const WITH_WARNINGS = 3;

describe('the inspection of PDFs compared with qpdf', () => {
  let folder: string | undefined;
  // The default seed gives the same corpus in each run, because readers differ on some damaged files. Other seeds
  // search for more of them.
  const seed = Number(process.env['SIGNERING_TEST_SEED'] ?? 20_261_126);

  before(function () {
    requireJudge(this, 'qpdf');
    folder = mkdtempSync(join(tmpdir(), 'signering-pdf-'));
  });
  after(() => {
    if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
  });

  it('accepts what qpdf reads without a warning, rejects encrypted files, and loses no page of accepted files', async () => {
    const files = await pdfCorpus(folder ?? '', seed);
    assert.ok(files.length >= 300, `${files.length} files`);
    const differences: string[] = [];
    const count = { sound: 0, encrypted: 0, broken: 0, repaired: 0, repairedRefused: 0, brokenRefused: 0 };
    for (const file of files) {
      const { exitCode, pages, encrypted } = await judge(file);
      const { problems, documents } = inspect(file);
      const problem = problems[0]?.message;
      const found = documents[0]?.pdf?.pages;
      // Our version rule is separate from the structure that is compared here.
      if (problem?.includes('the service accepts PDF') === true) continue;
      const differs = (what: string) =>
        differences.push(`${file.name}: ${what}; we say ${problem ?? `${found} pages`}`);
      if (encrypted) {
        count.encrypted += 1;
        if (problem?.includes('password') !== true) differs('qpdf says that it is encrypted');
      } else if (exitCode === SOUND) {
        count.sound += 1;
        // qpdf accepts a PDF without pages.
        const agrees = pages === 0 ? problem !== undefined : found === pages && problem === undefined;
        if (!agrees) differs(`qpdf reads ${pages} pages`);
      } else {
        count[exitCode === WITH_WARNINGS ? 'repaired' : 'broken'] += 1;
        if (problem !== undefined)
          count[exitCode === WITH_WARNINGS ? 'repairedRefused' : 'brokenRefused'] += 1;
        // qpdf rejects some files whose pages are all present.
        else if (found !== pages && found !== file.pages)
          differs(`it had ${file.pages}, qpdf finds ${pages} pages`);
      }
    }
    console.log(`      ${files.length} files: ${JSON.stringify(count)}`);
    assert.deepEqual(differences, []);
    assert.ok(count.brokenRefused > count.broken / 2, 'most files that qpdf cannot read are rejected');
    for (const [verdict, number] of Object.entries(count)) assert.ok(number > 0, `no file is ${verdict}`);
  });

  async function judge({ content }: CorpusFile) {
    const path = join(folder ?? '', 'judged.pdf');
    writeFileSync(path, content);
    // Not --check, which also decodes page contents, and not --show-npages, which trusts `/Count`.
    const args = ['--json', '--json-key=pages', '--json-key=encrypt', path];
    const { exitCode, output } = await ask('qpdf', args);
    const encrypted = /"encrypted": true|invalid password/u.test(output);
    return { exitCode, encrypted, pages: output.match(/"pageposfrom1"/gu)?.length ?? 0 };
  }
});

function inspect({ name, content }: CorpusFile) {
  return inspectDocuments([{ path: name, mediaType: 'application/pdf', content }]);
}
