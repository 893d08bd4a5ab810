import { buffer } from 'node:stream/consumers';
import { sealDocumentPackage, type PackagedDocument } from '@signering/document-package';
import type { PortalSignatureJobManifest, PortalSigner } from '@signering/schema';
import { writePortalSignatureJobManifest } from '@signering/schema/xml';
import type { EnterpriseCertificate } from '@signering/signatures';
import { agreementPdf } from './agreement-pdf.js';
import { syntheticNumber } from './synthetic-number.js';

/** What is ordered; what is left out is an agreement for one signer. */
export interface TestOrder {
  readonly reference?: string;
  readonly pollingQueue?: string;
  readonly signers?: readonly PortalSigner[];
  readonly manifest?: Partial<PortalSignatureJobManifest>;
  readonly documents?: readonly PackagedDocument[];
  /** Of the package's signature. @default now */
  readonly signingTime?: Date;
}

/** Who orders. */
export interface Orderer {
  readonly organizationNumber: string;
  readonly certificate: EnterpriseCertificate;
}

/** A body with its Content-Type. */
export interface CreateRequest {
  readonly headers: Record<string, string>;
  readonly body: Buffer;
}

/** A create request, as the service documents it. */
export async function createRequest(orderer: Orderer, order: TestOrder = {}): Promise<CreateRequest> {
  return multipart(jobRequest(order), await documentPackage(orderer, order));
}

export function multipart(request: string, documentPackage: Uint8Array): CreateRequest {
  const boundary = 'grense-mellom-delene';
  const body = Buffer.concat([
    Buffer.from(`--${boundary}\r\nContent-Type: application/xml\r\n\r\n${request}\r\n`),
    Buffer.from(`--${boundary}\r\nContent-Type: application/octet-stream\r\n\r\n`),
    documentPackage,
    Buffer.from(`\r\n--${boundary}--\r\n`),
  ]);
  return { headers: { 'content-type': `multipart/mixed; boundary=${boundary}` }, body };
}

export function jobRequest(order: Pick<TestOrder, 'reference' | 'pollingQueue'>): string {
  const { reference, pollingQueue } = order;
  return [
    '<portal-signature-job-request xmlns="http://signering.posten.no/schema/v1">',
    reference === undefined ? '' : `<reference>${reference}</reference>`,
    pollingQueue === undefined ? '' : `<polling-queue>${pollingQueue}</polling-queue>`,
    '</portal-signature-job-request>',
  ].join('');
}

export async function documentPackage(orderer: Orderer, order: TestOrder = {}): Promise<Buffer> {
  const documents = order.documents ?? [await agreement(1)];
  const manifest = writePortalSignatureJobManifest({
    signers: order.signers ?? [signerByNumber(1)],
    sender: { organizationNumber: orderer.organizationNumber },
    title: 'Avtale om grønne epler',
    nonsensitiveTitle: 'En avtale',
    documents: documents.map(({ name, mediaType }, index) => ({
      href: name,
      mime: mediaType,
      title: `Avtale ${index + 1}`,
    })),
    ...order.manifest,
  });
  const { certificate } = orderer;
  return await buffer(
    await sealDocumentPackage({
      manifest,
      documents,
      certificate,
      ...(order.signingTime === undefined ? {} : { signingTime: order.signingTime }),
    }),
  );
}

export async function agreement(number: number): Promise<PackagedDocument> {
  return { name: `avtale-${number}.pdf`, mediaType: 'application/pdf', content: await agreementPdf() };
}

/** A signer with a synthetic identity number and given contact details. */
export function signerByNumber(seed: number, extra: Partial<PortalSigner> = {}): PortalSigner {
  return {
    personalIdentificationNumber: syntheticNumber(seed),
    notifications: { emailAddress: `undertegner-${seed}@example.com` },
    ...extra,
  };
}

/** A signer known by contact information alone. */
export function signerByEmail(seed: number, extra: Partial<PortalSigner> = {}): PortalSigner {
  return { notifications: { emailAddress: `undertegner-${seed}@example.com` }, ...extra };
}

/** A signer whom the service is to look up in the contact register. */
export function signerByLookup(seed: number, extra: Partial<PortalSigner> = {}): PortalSigner {
  return {
    personalIdentificationNumber: syntheticNumber(seed),
    notificationsUsingLookup: { sms: true },
    ...extra,
  };
}
