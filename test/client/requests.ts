import { randomUUID } from 'node:crypto';
import { PDFDocument } from '@cantoo/pdf-lib';
import { syntheticIdentityNumber } from '@signering/dev-stack/internal/demo/synthetic-number.js';
import type { PortalJobRequest } from '@signering/client';

/** Identity numbers that no person has. */
export const PINS = [1, 2, 3].map((day) => syntheticIdentityNumber({ day, month: 3, year: 71 }));

/** A real PDF of one page. */
export async function pdfSaying(text: string): Promise<Uint8Array> {
  const pdf = await PDFDocument.create({ updateMetadata: false });
  pdf.addPage([595, 842]).drawText(text, { x: 60, y: 760 });
  return pdf.save();
}

/** A request that breaks no rule, each time for another job. */
export function validRequest(content: Uint8Array): PortalJobRequest {
  return {
    reference: randomUUID(),
    title: 'Lease',
    documents: [{ content, name: 'lease.pdf' }],
    signers: [
      { personalIdentificationNumber: PINS[0]!, emailAddress: 'one@example.com' },
      { emailAddress: 'two@example.com', mobileNumber: '+4799999999', order: 1 },
    ],
  };
}
