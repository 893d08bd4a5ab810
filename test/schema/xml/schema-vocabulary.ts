import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** The names that a schema gives. */
export interface SchemaVocabulary {
  readonly elements: readonly string[];
  readonly attributes: readonly string[];
  /** A message may name the type of an element, so the names of types count. */
  readonly types: readonly string[];
  /** What only the schema itself can name: a message that does so is refused. */
  readonly groups: readonly string[];
}

/** Reads the names out of the schema files in a folder. */
export function vocabularyIn(folder: string): SchemaVocabulary {
  const files = readdirSync(folder).filter((name) => name.endsWith('.xsd'));
  const schemas = files.map((name) => readFileSync(`${folder}/${name}`, 'utf8')).join('\n');
  const namesOf = (kind: string) => {
    const declarations = schemas.matchAll(new RegExp(`<xs:(?:${kind}) name="([^"]+)"`, 'gu'));
    return [...new Set([...declarations].map(([, name]) => name ?? ''))].sort();
  };
  return {
    elements: namesOf('element'),
    attributes: namesOf('attribute'),
    types: namesOf('simpleType|complexType'),
    groups: namesOf('group|attributeGroup'),
  };
}

/** Our own schema's names. */
export const OUR_VOCABULARY = vocabularyIn(fileURLToPath(new URL('../../../../schema/xsd', import.meta.url)));
