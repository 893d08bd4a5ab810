import {
  problemsOfPortalOrder,
  type OrderRuleOptions,
  type Problem,
  type RuledPortalManifest,
} from '@signering/schema';
import { titledDocuments } from './document-rules.js';
import { inWordsOfTheRequest } from './manifest-words.js';
import { atTheirPlaces, type RequestOutline } from './request-outline.js';

/** What breaks a rule in a portal request, as far as it can be known without sending it. */
export function problemsOfPortalRules(
  outline: RequestOutline,
  options: OrderRuleOptions,
): readonly Problem[] {
  return problemsOfPortalOrder(ruledManifestOf(outline), options).map(inWordsOfTheRequest);
}

function ruledManifestOf(outline: RequestOutline): RuledPortalManifest {
  const { request, signers } = outline;
  return {
    documents: titledDocuments(outline),
    requiredAuthentication: request['requiredAuthentication'],
    identifierInSignedDocuments: request['identifierInSignedDocuments'],
    availability: {
      availableSeconds: request['availableSeconds'],
      activationTime: request['activationTime'],
    },
    signers: atTheirPlaces(
      signers.map(([index, signer]) => {
        const { emailAddress, mobileNumber } = signer;
        return [
          index,
          {
            personalIdentificationNumber: signer['personalIdentificationNumber'],
            signatureType: signer['signatureType'],
            notifications: { emailAddress, mobileNumber },
            notificationsUsingLookup: signer['useContactRegister'],
            onBehalfOf: signer['onBehalfOf'],
          },
        ];
      }),
    ),
  };
}
