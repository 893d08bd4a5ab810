import { isSameDirectSigner } from '../direct/signer-identifier.js';
import type { Problem } from '../errors.js';
import type { RuledManifest } from './ruled-manifest.js';
import { problemsOfSender, problemsOfSignature, type Sector } from './sector-rules.js';

/** The members of a direct signer that the rules use. */
export interface RuledDirectSigner {
  readonly identifier: {
    readonly personalIdentificationNumber?: unknown;
    readonly signerIdentifier?: unknown;
  };
  readonly signatureType?: unknown;
}

/** The members of a direct job's manifest that the rules use. */
export interface RuledDirectManifest extends RuledManifest {
  /** `undefined` for a value that is not a signer. */
  readonly signers: readonly (RuledDirectSigner | undefined)[];
}

/**
 * Problems of a direct job that the service rejects although the schema accepts them; paths are those of the
 * manifest. Sector rules apply only if the sector is known. Spec: direct.xsd, direct-signer.
 */
export function problemsOfDirectManifest(manifest: RuledDirectManifest, sector?: Sector): readonly Problem[] {
  const names = manifest.signers.map((signer) => signer && nameOf(signer));
  return [
    ...problemsOfSender(manifest, sector),
    ...manifest.signers.flatMap((signer, index) => {
      if (signer === undefined) return [];
      const path = `signers[${index}]`;
      const ruled = {
        path,
        pinPath: `${path}.identifier.personalIdentificationNumber`,
        isAddressedByPin: signer.identifier.personalIdentificationNumber !== undefined,
        signatureType: signer.signatureType,
      };
      return [...problemsOfName(names, index), ...problemsOfSignature(manifest, ruled, sector)];
    }),
  ];
}

function problemsOfName(names: readonly (string | undefined)[], index: number): readonly Problem[] {
  const name = names[index];
  if (name === undefined) return [];
  const first = names.findIndex((other) => other !== undefined && isSameDirectSigner(other, name));
  if (first === index) return [];
  return [{ path: `signers[${index}].identifier`, message: `has the same name as signers[${first}]` }];
}

function nameOf({ identifier }: RuledDirectSigner): string | undefined {
  const name = identifier.personalIdentificationNumber ?? identifier.signerIdentifier;
  return typeof name === 'string' ? name.normalize('NFC') : undefined;
}
