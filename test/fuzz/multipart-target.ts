import { readCreateRequestParts } from '@signering/sandbox/internal/api/read-multipart.js';
import { ServiceRefusal } from '@signering/sandbox/internal/api/service-refusal.js';
import type { FuzzTarget } from './fuzz-target.js';
import { mutateBytes } from './mutate-bytes.js';

const DICTIONARY = [
  ...[
    '--b',
    '--b--',
    '\r\n--b\r\n',
    '\r\n--b--\r\n',
    '--b--\r\n',
    '\r\n',
    '\r\n\r\n',
    '\n\n',
    '\r',
    '-',
    '--',
  ],
  ...['Content-Type: ', 'Content-Disposition: attachment', 'Content-Transfer-Encoding: base64', ': ', '\0'],
  ...[
    'boundary=',
    '"',
    ';',
    'multipart/mixed',
    'charset=ISO-8859-1',
    `X: ${'x'.repeat(500)}\r\n`,
    'é',
    ' \t',
  ],
];

/** A request as the sandbox may get it: the Content-Type, a line feed, the body. */
function request(contentType: string, body: string): Buffer {
  return Buffer.from(`${contentType}\n${body}`, 'latin1');
}

/** How the clients in use write a create request. */
function corpus(): readonly Buffer[] {
  const xml = '<portal-signature-job-request xmlns="http://signering.posten.no/schema/v1"/>';
  const zip = 'PK\x03\x04\x14\0\x08\0 any bytes \r\n-- not a boundary \xff\xfe PK\x05\x06';
  const partHeaders = [
    ['Content-Type: application/xml', 'Content-Type: application/octet-stream'],
    [
      'Content-Type: application/xml\r\nContent-Disposition: attachment',
      'Content-Type: application/octet-stream\r\nContent-Disposition: attachment',
    ],
    [`Content-Length: ${xml.length}`, `Content-Length: ${zip.length}`],
  ] as const;
  return ['b', 'b'.repeat(70), 'mixed part'].flatMap((boundary) =>
    partHeaders.flatMap(([first, second]) => {
      const parts = `--${boundary}\r\n${first}\r\n\r\n${xml}\r\n--${boundary}\r\n${second}\r\n\r\n${zip}\r\n`;
      const types = [
        `multipart/mixed; boundary="${boundary}"`,
        `multipart/mixed; charset=ISO-8859-1; boundary=${boundary}`,
      ];
      return types.map((type) => request(type, `${parts}--${boundary}--\r\n`));
    }),
  );
}

/** The body of a create request, as the sandbox splits it. */
export const MULTIPART_TARGET: FuzzTarget = {
  name: 'multipart',
  share: 28,
  maxMs: 3000,
  open: () => {
    const material = { corpus: corpus(), dictionary: DICTIONARY, maxBytes: 10_000 };
    return Promise.resolve({
      next: (random) => mutateBytes(random, material),
      parse: async (input) => {
        const end = input.indexOf('\n');
        const contentType = input.subarray(0, Math.max(0, end)).toString('latin1');
        await readCreateRequestParts(contentType, input.subarray(end + 1));
      },
      isRefusal: (error) => error instanceof ServiceRefusal,
    });
  },
};
