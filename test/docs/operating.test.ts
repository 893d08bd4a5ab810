import assert from 'node:assert/strict';
import { SigningClient } from '@signering/client';
import { conditionOfView, JOB_VIEWS, UNDELIVERED_QUEUES } from '@signering/client/internal/job-views.js';
import {
  acceptSignedDocumentsUpdate,
  answerAmbiguousCreateUpdate,
  cancelUpdate,
  confirmForeignChangeUpdate,
  describeQuery,
  describeQueueQuery,
  fetchAgainUpdate,
  SIGNING_SEARCH_ATTRIBUTES,
  SIGNING_STATES,
  signingWorkflowId,
  statusQueueWorkflowId,
} from '@signering/contract';
import { codeWords, tableRowsUnder } from './markdown.js';
import { readProjectFile } from './project-files.js';

const operating = readProjectFile('docs/operating.md');
const tables = tableRowsUnder(operating, '## Workflows and search attributes').map(([first]) =>
  codeWords(first ?? ''),
);

function valuesOf(option: string): readonly string[] {
  return [...operating.matchAll(new RegExp(`--${option} '?([^\\s']+)'?`, 'g'))].map(
    ([, value]) => value ?? '',
  );
}

describe('docs/operating.md', () => {
  it('tells of every state', () => {
    const told = tables.flat().filter((word) => /^[A-Z_]+$/.test(word));
    assert.deepEqual(told, [...SIGNING_STATES]);
  });

  it('tells of every search attribute', () => {
    const told = tables.flat().filter((word) => word.startsWith('Signing'));
    assert.deepEqual(
      told,
      SIGNING_SEARCH_ATTRIBUTES.map(({ name }) => name),
    );
  });

  it('has the query of each view', () => {
    const told = tableRowsUnder(operating, '### Views').map(([view = '', , query = '']) => [
      codeWords(view)[0]?.toUpperCase().replaceAll('-', '_'),
      codeWords(query)[0],
    ]);
    const ofJobs = JOB_VIEWS.map((view) => [view, conditionOfView(view)]);
    assert.deepEqual(told.sort(), [...ofJobs, ['UNDELIVERABLE', UNDELIVERED_QUEUES]].sort());
  });

  it('names the updates and queries that the workflows have', () => {
    const updates = [
      cancelUpdate,
      answerAmbiguousCreateUpdate,
      fetchAgainUpdate,
      acceptSignedDocumentsUpdate,
      confirmForeignChangeUpdate,
    ];
    const told = tableRowsUnder(operating, '## Inspecting and deciding').flatMap((cells) =>
      codeWords(cells[2] ?? ''),
    );
    const queries = [describeQuery, describeQueueQuery];
    assert.deepEqual(told.sort(), [...queries, ...updates].map(({ name }) => name).sort());
  });

  it('tells of the method behind each command', () => {
    const told = tableRowsUnder(operating, '## Inspecting and deciding').flatMap((cells) =>
      codeWords(cells[1] ?? ''),
    );
    assert.deepEqual(
      told.filter((method) => !(method in SigningClient.prototype)),
      [],
    );
  });

  it('names workflows by ids of the right form', () => {
    const ids = [
      signingWorkflowId('312345676', 'contract-2041'),
      statusQueueWorkflowId('312345676', 'PORTAL', 'signering-workflows'),
    ];
    for (const id of valuesOf('workflow-id')) assert.ok(ids.includes(id), `${id} is no such id`);
  });
});
