import assert from 'node:assert/strict';
import { generateKey } from '@signering/encryption';
import { columnsOf, headerOf } from '@signering/sender-portal/internal/batches/batch-template.js';
import { createSealing } from '@signering/sender-portal/internal/database/sealing.js';
import { EMPTY_DRAFT } from '@signering/sender-portal/internal/drafts/draft-content.js';
import { withInformationForm } from '@signering/sender-portal/internal/drafts/draft-forms.js';

const APART = 'Leie-A\u030A-7';
const COMPOSED = 'Leie-Å-7';

describe('a text with a letter and its mark apart, as macOS and PDFs give it', () => {
  it('becomes a reference in the only form that the client takes', () => {
    assert.equal(withInformationForm(EMPTY_DRAFT, { ownReference: APART }).ownReference, COMPOSED);
  });

  it('is found in a search as the same text', () => {
    const sealing = createSealing([generateKey('a')]);
    for (const kind of ['REFERENCE', 'EMAIL'] as const) {
      assert.equal(sealing.hashOf(kind, APART), sealing.hashOf(kind, COMPOSED), kind);
    }
  });

  it('is the same column in the header of a table and in a text of a draft', () => {
    assert.deepEqual(headerOf(Buffer.from(`Referanse;${APART}\n`)), ['Referanse', COMPOSED]);
    const draft = { ...EMPTY_DRAFT, title: `Avtale {{${APART}}}` };
    assert.deepEqual(columnsOf(draft, [], { language: 'nb' }).ofTexts, [COMPOSED]);
  });
});
