import { buffer } from 'node:stream/consumers';
import { sealDocumentPackage } from '@signering/document-package';
import type { DirectSignatureJobManifest, DirectSignatureJobRequest, DirectSigner } from '@signering/schema';
import { writeDirectSignatureJobManifest, writeDirectSignatureJobRequest } from '@signering/schema/xml';
import { agreement, multipart, type CreateRequest, type Orderer } from './order.js';
import { syntheticNumber } from './synthetic-number.js';

/** What is ordered; what is left out is an agreement for one signer who is waited for. */
export interface DirectTestOrder {
  readonly request?: Partial<DirectSignatureJobRequest>;
  readonly manifest?: Partial<DirectSignatureJobManifest>;
  readonly signers?: readonly DirectSigner[];
}

export const EXIT_URLS = {
  completionUrl: 'https://sender.example/done',
  rejectionUrl: 'https://sender.example/rejected?job=17&x=%C3%A5',
  errorUrl: 'https://sender.example/failed#top',
} as const;

/** A create request of the direct flow, as the service documents it. */
export async function directRequest(orderer: Orderer, order: DirectTestOrder = {}): Promise<CreateRequest> {
  const document = await agreement(1);
  const manifest = writeDirectSignatureJobManifest({
    signers: order.signers ?? [directSigner(1)],
    sender: { organizationNumber: orderer.organizationNumber },
    title: 'Avtale om grønne epler',
    description: 'Hei,\nher er avtalen.',
    documents: [{ href: document.name, mime: document.mediaType, title: 'Avtale' }],
    ...order.manifest,
  });
  const { certificate } = orderer;
  const sealed = await sealDocumentPackage({ manifest, documents: [document], certificate });
  const request = writeDirectSignatureJobRequest({ exitUrls: EXIT_URLS, ...order.request });
  return multipart(request, await buffer(sealed));
}

/** A signer with a synthetic identity number. */
export function directSigner(seed: number, extra: Partial<DirectSigner> = {}): DirectSigner {
  return { identifier: { personalIdentificationNumber: syntheticNumber(seed) }, ...extra };
}

/** A signer by the sender's own identifier. */
export function ownSigner(signerIdentifier: string): DirectSigner {
  return { identifier: { signerIdentifier } };
}
