import type { VNode } from 'preact';
import type { PortalDocument } from '../jobs/document-store.js';
import type { PageContext } from './page-context.js';

/** A document to sign, as far as its bytes are still in the portal. */
interface DocumentProps {
  readonly jobId: string;
  readonly document: PortalDocument;
  readonly context: PageContext;
}

/** Pages, and whether the document is PDF/A. `isEnded`: it will not be signed any more. */
export function DocumentFacts({
  document,
  isEnded = false,
  context,
}: Omit<DocumentProps, 'jobId'> & { readonly isEnded?: boolean }): VNode {
  const { texts } = context;
  const { pages, pdfA } = document;
  const notPdfA = isEnded ? texts.notPdfA : `${texts.notPdfA} ${texts.willBePdf17}`;
  return (
    <p class="ds-paragraph" data-size="sm">
      {pages !== undefined && `${texts.pages(pages)}. `}
      {pdfA === undefined ? notPdfA : `${texts.pdfA(pdfA)}.`}
    </p>
  );
}

/**
 * The first page in the viewer of the browser, which bounds what a hostile PDF costs. The script loads it when it is opened,
 * so that the audit log has a line for what was seen alone. Without it, and in browsers without a viewer in frames as on
 * phones, there is the link.
 */
export function DocumentPreview({ jobId, document: { id, title }, context }: DocumentProps): VNode {
  const { texts } = context;
  const address = `/drafts/${jobId}/files/${id}`;
  return (
    <details class="ds-details">
      <summary>
        {texts.preview} <span class="portal-hidden">{title}</span>
      </summary>
      <div>
        <iframe
          class="portal-preview"
          title={texts.previewOf(title)}
          data-preview={`${address}#page=1&view=Fit&toolbar=0`}
          hidden
        />
        <a class="ds-link" href={address} target="_blank" rel="noopener">
          {texts.openInNewTab(title)}
        </a>
      </div>
    </details>
  );
}
