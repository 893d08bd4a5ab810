import type { FastifyRequest } from 'fastify';
import { MAX_DOCUMENT_BYTES, MAX_DOCUMENTS } from '@signering/schema';
import type { PortalJob } from '../jobs/job-store.js';
import { PortalRefusal } from '../portal-refusal.js';
import type { PortalParts } from '../server/portal-parts.js';
import { auditOf } from '../server/portal-request.js';
import type { Texts } from '../texts/index.js';
import { notAcceptedText, type FieldProblem } from './draft-problems.js';
import { titleOfFileName, type UploadedFile } from './read-upload.js';

/** The argument of {@link addFiles}. */
export interface AddedFiles {
  readonly draft: PortalJob;
  readonly files: readonly UploadedFile[];
  readonly texts: Texts;
}

/**
 * Adds the files that can be signed to a draft.
 * @returns a mistake for each of the others
 * @throws PortalRefusal NO_LONGER_A_DRAFT
 */
export async function addFiles(
  { jobs: { documents }, audit, clientOf }: Pick<PortalParts, 'jobs' | 'audit' | 'clientOf'>,
  request: FastifyRequest,
  { draft, files, texts }: AddedFiles,
): Promise<readonly FieldProblem[]> {
  const { id, organization } = draft.row;
  const client = clientOf(organization);
  const refused: FieldProblem[] = [];
  for (const { name, content } of files) {
    const title = titleOfFileName(name);
    const there = await documents.list(id);
    const size = there.reduce((sum, document) => sum + document.size, content.byteLength);
    if (there.length >= MAX_DOCUMENTS || size > MAX_DOCUMENT_BYTES) {
      const reason = there.length >= MAX_DOCUMENTS ? 'TOO_MANY_DOCUMENTS' : 'DOCUMENTS_TOO_LARGE';
      const text = `${texts.problems.documentNotAdded(title)} ${texts.problems.reasons[reason]}`;
      refused.push({ step: 'documents', field: 'files', text });
      continue;
    }
    const check = await client.checkPortalJob({ documents: [{ content, title, name: 'document-1.pdf' }] });
    const problem = check.problems.find(({ path }) => /^documents\[0\](?!\.title)/u.test(path));
    if (problem !== undefined) {
      refused.push({ step: 'documents', field: 'files', ...notAcceptedText(title, problem, texts) });
      continue;
    }
    const pdf = check.documents[0]?.pdf;
    const facts = {
      name,
      title,
      ...(pdf !== undefined && { pages: pdf.pages, version: pdf.version }),
      ...(pdf?.isPdfA === true && pdf.pdfaLevel !== undefined && { pdfA: pdf.pdfaLevel }),
    };
    const added = await documents.add(id, facts, content);
    if (added === undefined) throw new PortalRefusal('NO_LONGER_A_DRAFT');
    await audit.write({ action: 'DOCUMENT_UPLOADED', ...auditOf(request), jobId: id, detail: added });
  }
  return refused;
}
