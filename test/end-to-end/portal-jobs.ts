import { PDFDocument } from '@cantoo/pdf-lib';
import type { PortalJobRequest } from '@signering/client';
import { syntheticIdentityNumber } from '@signering/dev-stack/internal/demo/synthetic-number.js';

/** Synthetic identity numbers, one for each signer of the tests. */
export const SYNTHETIC_SIGNERS = [1, 2, 3].map((day) => syntheticIdentityNumber({ day, month: 1, year: 70 }));

/** A real PDF of one page. */
export async function onePagePdf(text: string): Promise<Uint8Array> {
  const pdf = await PDFDocument.create();
  pdf.addPage([595, 842]).drawText(text, { x: 60, y: 760, size: 18 });
  return pdf.save();
}

/** A job for as many signers as orders are given. */
export async function portalJob(
  reference: string,
  orders: readonly number[] = [1],
): Promise<PortalJobRequest> {
  return {
    reference,
    title: 'Agreement',
    documents: [
      { content: await onePagePdf(`Agreement ${reference}`), name: 'agreement.pdf', title: 'Agreement' },
    ],
    signers: orders.map((order, index) => ({
      personalIdentificationNumber: SYNTHETIC_SIGNERS[index]!,
      emailAddress: `signer-${index + 1}@example.com`,
      order,
    })),
  };
}
