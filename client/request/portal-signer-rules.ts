import {
  problemsOfPortalManifest,
  type Problem,
  type RuledPortalManifest,
  type Sector,
} from '../../schema/index.js';
import { inWordsOfTheRequest } from './manifest-words.js';
import { atTheirPlaces, type Outline, type RequestOutline } from './request-outline.js';

/** What the service would refuse of a portal request, as far as it can be known without sending it. */
export function problemsOfPortalRules(outline: RequestOutline, sector?: Sector): readonly Problem[] {
  return problemsOfPortalManifest(ruledManifestOf(outline), sector).map(inWordsOfTheRequest);
}

/** Nobody is asked twice. A rule of our own: the service would notify such a person twice. */
export function problemsOfRepeatedSigners({ signers }: RequestOutline): readonly Problem[] {
  const seen = new Map<string, number>();
  return signers.flatMap(([index, signer]) => {
    const identity = identityOf(signer);
    if (identity === undefined) return [];
    const first = seen.get(identity);
    if (first === undefined) {
      seen.set(identity, index);
      return [];
    }
    return [{ path: `signers[${index}]`, message: `is the same person or address as signers[${first}]` }];
  });
}

function ruledManifestOf({ request, signers, documents }: RequestOutline): RuledPortalManifest {
  return {
    documents,
    requiredAuthentication: request['requiredAuthentication'],
    identifierInSignedDocuments: request['identifierInSignedDocuments'],
    availability: {
      availableSeconds: request['availableFor'],
      activationTime: request['activationTime'],
    },
    signers: atTheirPlaces(
      signers.map(([index, signer]) => [
        index,
        {
          personalIdentificationNumber: signer['personalIdentificationNumber'],
          signatureType: signer['signatureType'],
          notifications: { emailAddress: signer['emailAddress'], mobileNumber: signer['mobileNumber'] },
          notificationsUsingLookup: signer['useContactRegister'],
          onBehalfOf: signer['onBehalfOf'],
        },
      ]),
    ),
  };
}

/** By what the service tells signers apart. */
function identityOf(signer: Outline): string | undefined {
  const { personalIdentificationNumber: pin, emailAddress: email, mobileNumber: mobile } = signer;
  if (typeof pin === 'string') return `pin ${pin}`;
  if (typeof email !== 'string' && typeof mobile !== 'string') return undefined;
  return JSON.stringify([
    typeof email === 'string' ? email.toLowerCase() : '',
    typeof mobile === 'string' ? mobile : '',
  ]);
}
