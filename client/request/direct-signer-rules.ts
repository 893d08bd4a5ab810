import {
  problemsOfDirectOrder,
  type OrderRuleOptions,
  type Problem,
  type RuledDirectManifest,
} from '@signering/schema';
import { titledDocuments } from './document-rules.js';
import { inWordsOfTheRequest } from './manifest-words.js';
import { atTheirPlaces, isAbsent, type RequestOutline } from './request-outline.js';

/** What breaks a rule in a direct request, as far as it can be known without sending it. */
export function problemsOfDirectRules(
  outline: RequestOutline,
  options: OrderRuleOptions,
): readonly Problem[] {
  return problemsOfDirectOrder(ruledManifestOf(outline), options).map(inWordsOfTheRequest);
}

/** Each direct signer is named in one of two ways. Spec: direct.xsd, direct-signer. */
export function problemsOfNaming({ signers }: RequestOutline): readonly Problem[] {
  return signers
    .filter(
      ([, signer]) =>
        isAbsent(signer, 'personalIdentificationNumber') === isAbsent(signer, 'signerIdentifier'),
    )
    .map(([index]) => ({
      path: `signers[${index}]`,
      message: 'needs either personalIdentificationNumber or signerIdentifier',
    }));
}

/** What holds between the other parts of a request. */
export function problemsOfStatusRetrieval({ request }: RequestOutline): readonly Problem[] {
  if (isAbsent(request, 'pollingQueue') || request['statusRetrievalMethod'] === 'POLLING') return [];
  return [
    { path: 'pollingQueue', message: 'has no effect unless statusRetrievalMethod is POLLING: leave it out' },
  ];
}

function ruledManifestOf(outline: RequestOutline): RuledDirectManifest {
  const { request, signers } = outline;
  return {
    documents: titledDocuments(outline),
    requiredAuthentication: request['requiredAuthentication'],
    identifierInSignedDocuments: request['identifierInSignedDocuments'],
    signers: atTheirPlaces(
      signers.map(([index, signer]) => [
        index,
        {
          identifier: {
            personalIdentificationNumber: signer['personalIdentificationNumber'],
            signerIdentifier: signer['signerIdentifier'],
          },
          signatureType: signer['signatureType'],
        },
      ]),
    ),
  };
}
