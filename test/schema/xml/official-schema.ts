import { readFileSync } from 'node:fs';
import { XmlBufferInputProvider, XmlDocument, xmlRegisterInputProvider, XsdValidator } from 'libxml2-wasm';
import { referencePath } from '../../reference-material.js';

/** Returns whether the published schema accepts a message. */
export type OfficialVerdict = (xml: string) => boolean;

const MAIN = 'direct-and-portal.xsd';

let validator: XsdValidator | undefined;

/** The published schema of both flows, compiled once; skips the test if it is unavailable. */
export function officialSchema(context: Mocha.Context): OfficialVerdict {
  const folder = referencePath(context, 'posten-api-specification', 'xsd');
  validator ??= compile(folder);
  const compiled = validator;
  return (xml) => {
    const document = XmlDocument.fromString(xml);
    try {
      compiled.validate(document);
      return true;
    } catch {
      return false;
    } finally {
      document.dispose();
    }
  };
}

function compile(folder: string): XsdValidator {
  const url = (name: string) => `official-schema/${name}`;
  const files = Object.fromEntries(
    [MAIN, 'direct.xsd', 'direct-legacy.xsd', 'portal.xsd', 'portal-legacy.xsd', 'common.xsd'].map((name) => [
      url(name),
      readFileSync(`${folder}/${name}`),
    ]),
  );
  xmlRegisterInputProvider(new XmlBufferInputProvider(files));
  const main = XmlDocument.fromBuffer(readFileSync(`${folder}/${MAIN}`), { url: url(MAIN) });
  try {
    return XsdValidator.fromDoc(main);
  } finally {
    main.dispose();
  }
}
