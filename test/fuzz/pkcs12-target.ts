import forge from 'node-forge';
import { KeyStoreProblem } from '@signering/signatures/internal/key-store/key-store-problem.js';
import { readKeyStore } from '@signering/signatures/internal/key-store/read-key-store.js';
import { fuzzCertificate } from './certificates.js';
import type { FuzzTarget } from './fuzz-target.js';
import { mutateBytes } from './mutate-bytes.js';
import { mutateDer } from './mutate-der.js';

const PASSWORD = 'hemmelig';
const OIDS = [
  '1.2.840.113549.1.5.13',
  '1.2.840.113549.1.5.12',
  '1.2.840.113549.1.12.1.3',
  '1.2.840.113549.1.12.1.6',
  '1.2.840.113549.1.12.10.1.1',
  '1.2.840.113549.1.12.10.1.3',
  '1.2.840.113549.1.7.1',
  '1.2.840.113549.1.7.6',
  '2.16.840.1.101.3.4.1.42',
  '2.16.840.1.101.3.4.2.1',
].map((oid) => Buffer.from(forge.asn1.oidToDer(oid).getBytes(), 'latin1'));
const DICTIONARY = [
  ...OIDS,
  ...[
    '-----BEGIN CERTIFICATE-----\n',
    '-----END CERTIFICATE-----\n',
    '-----BEGIN PRIVATE KEY-----\n',
    'ENCRYPTED',
    '\n',
  ],
  ...[
    Buffer.of(0x30, 0x80),
    Buffer.of(0, 0),
    Buffer.of(0x02, 0x04, 0x7f, 0xff, 0xff, 0xff),
    Buffer.of(0x30, 0x84),
  ],
];

/** Certificate files: PKCS#12, with check value and without, encrypted and not, and PEM. */
export const PKCS12_TARGET: FuzzTarget = {
  name: 'PKCS#12',
  share: 2,
  maxMs: 5000,
  open: async () => {
    const { issued } = await fuzzCertificate();
    // Few rounds of key derivation: a real file's thousands would be most of the work.
    const files = [
      pkcs12({ algorithm: 'aes256', useMac: true }),
      pkcs12({ algorithm: 'aes256', useMac: false }),
      pkcs12({ algorithm: '3des', useMac: false }),
      pkcs12({ password: null, useMac: false }),
    ];
    const pem = Buffer.from(issued.privateKeyPem + issued.chainPem);
    const material = { corpus: [...files, pem], dictionary: DICTIONARY, maxBytes: 20_000 };
    function pkcs12(options: {
      readonly algorithm?: 'aes256' | '3des';
      readonly useMac: boolean;
      readonly password?: null;
    }): Buffer {
      const chain = issued.chainPem.split(/(?<=-----END CERTIFICATE-----\n)/u);
      const value = forge.pkcs12.toPkcs12Asn1(
        forge.pki.privateKeyFromPem(issued.privateKeyPem),
        chain.map((certificate) => forge.pki.certificateFromPem(certificate)),
        options.password === null ? null : PASSWORD,
        { ...options, count: 1 },
      );
      return Buffer.from(forge.asn1.toDer(value).getBytes(), 'latin1');
    }

    return {
      next: (random) =>
        random.oneIn(3) ? mutateBytes(random, material) : mutateDer(random.pick(files), random),
      parse: (input) => {
        const outcome = readKeyStore({ content: input, password: PASSWORD });
        if ('reason' in outcome) throw new KeyStoreProblem(outcome.reason);
      },
      isRefusal: (error) => error instanceof KeyStoreProblem,
    };
  },
};
