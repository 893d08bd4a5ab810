import { readdirSync, readFileSync } from 'node:fs';
import { XmlBufferInputProvider, XmlDocument, xmlRegisterInputProvider, XsdValidator } from 'libxml2-wasm';

/** The compiled schema of all messages. */
export interface CompiledSchema {
  readonly validator: XsdValidator;
  /** Every element and attribute name of the schema, which error messages may contain. */
  readonly vocabulary: ReadonlySet<string>;
}

// Compiled files are in dist; the schema stays in the source tree.
const XSD_FOLDER = new URL('../../xsd/', import.meta.url);

let compiled: CompiledSchema | undefined;

/** Compiled at the first use and cached. */
export function compiledSchema(): CompiledSchema {
  compiled ??= compile();
  return compiled;
}

function compile(): CompiledSchema {
  const sources = readdirSync(XSD_FOLDER)
    .filter((name) => name.endsWith('.xsd'))
    .map((name) => ({ url: `signering-schema/${name}`, content: readFileSync(new URL(name, XSD_FOLDER)) }));
  const files = new XmlBufferInputProvider(
    Object.fromEntries(sources.map(({ url, content }) => [url, content])),
  );
  xmlRegisterInputProvider(files);
  const url = 'signering-schema/messages.xsd';
  const main = XmlDocument.fromBuffer(readFileSync(new URL('messages.xsd', XSD_FOLDER)), { url });
  try {
    const validator = XsdValidator.fromDoc(main);
    return { validator, vocabulary: vocabularyOf(sources.map(({ content }) => content.toString('utf8'))) };
  } finally {
    main.dispose();
    // Removes the files from the provider: a message's xsi:schemaLocation must not load anything.
    for (const source of sources) files.removeBuffer(source.url);
  }
}

function vocabularyOf(schemas: readonly string[]): ReadonlySet<string> {
  const declarations = schemas.flatMap((schema) => [
    ...schema.matchAll(/<xs:(?:element|attribute) name="([^"]+)"/gu),
  ]);
  return new Set(declarations.flatMap(([, name]) => name ?? []));
}
