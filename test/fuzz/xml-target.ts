import fc from 'fast-check';
import { SigningError } from '@signering/schema';
import { validateMessage } from '@signering/schema/xml';
import { laterAnswer } from '../schema/xml/later-answers.js';
import { MESSAGE_READERS } from '../schema/xml/message-readers.js';
import { toXml } from '../schema/xml/message-tree.js';
import { validDirectMessage } from '../schema/xml/valid-direct-messages.js';
import { validPortalMessage } from '../schema/xml/valid-portal-messages.js';
import type { FuzzTarget } from './fuzz-target.js';
import { mutateBytes } from './mutate-bytes.js';

const DICTIONARY = [
  ...[
    '<!--',
    '-->',
    '<![CDATA[',
    ']]>',
    '<?',
    '?>',
    '<!DOCTYPE a [<!ENTITY b "c">]>',
    '&b;',
    '&amp;',
    '&#0;',
  ],
  ...[
    '&#x10FFFF;',
    '&#xD800;',
    '&',
    '<',
    '>',
    '/>',
    '</',
    '"',
    "'",
    '=',
    ':',
    ' xmlns=""',
    ' xmlns:v="urn:v"',
  ],
  ...[
    '<v:a/>',
    '<a>',
    '</a>',
    '<?xml version="1.0" encoding="UTF-16"?>',
    'encoding="ISO-8859-1"',
    '\u{FEFF}',
  ],
  ...[
    '__proto__',
    'constructor',
    '#text',
    '#cdata',
    ':@',
    '\0',
    '\u{2028}',
    '\u{FFFE}',
    'ø',
    '😀',
    ' xml:id="1"',
  ],
  ...Object.keys(MESSAGE_READERS),
  ...[Buffer.of(0xff, 0xfe), Buffer.of(0xc0, 0x80), Buffer.of(0xed, 0xa0, 0x80), Buffer.of(0xf8)],
];

/** XML answers: the readers of every message, and the validation. */
export const XML_TARGET: FuzzTarget = {
  name: 'XML',
  share: 40,
  maxMs: 3000,
  open: () => {
    const message = fc.oneof(validPortalMessage, validDirectMessage);
    const plain = fc.sample(message.map(toXml), 60);
    const later = fc.sample(message.chain(laterAnswer), 60);
    const corpus = [...plain, ...later].map((xml) => Buffer.from(xml));
    const material = { corpus, dictionary: DICTIONARY, maxBytes: 20_000 };
    return Promise.resolve({
      next: (random) => mutateBytes(random, material),
      parse: (input) => {
        const outline = input.toString('latin1');
        const readers = Object.entries(MESSAGE_READERS).filter(([name]) => outline.includes(`${name} `));
        const [, read] = readers[0] ?? ['error', MESSAGE_READERS.error];
        try {
          validateMessage(input);
        } catch (error) {
          if (!(error instanceof SigningError)) throw error;
        }
        read(input);
      },
      isRefusal: (error) =>
        error instanceof SigningError && ['UNREADABLE_XML', 'INVALID_MESSAGE'].includes(error.code),
    });
  },
};
