import { isSameDirectSigner } from '../direct/signer-identifier.js';
import type { Problem } from '../errors.js';
import type { RuledManifest } from './ruled-manifest.js';
import type { Sector } from './sector.js';
import { problemsOfSender, problemsOfSignature } from './signature-rules.js';

/** As much of a direct signer as the rules look at. */
export interface RuledDirectSigner {
  readonly identifier: {
    readonly personalIdentificationNumber?: unknown;
    readonly signerIdentifier?: unknown;
  };
  readonly signatureType?: unknown;
}

/** As much of a direct job's manifest as the rules look at. */
export interface RuledDirectManifest extends RuledManifest {
  /** `undefined` where there is something else than a signer. */
  readonly signers: readonly (RuledDirectSigner | undefined)[];
}

/**
 * Everything that the service would refuse of a direct job though the schema takes it; paths are those of the
 * manifest. Rules of a sector are held only where it is known. Spec: direct.xsd, direct-signer.
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
