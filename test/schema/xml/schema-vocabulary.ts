import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** The names that a schema declares. */
export interface SchemaVocabulary {
  readonly elements: readonly string[];
  readonly attributes: readonly string[];
  /** A message can name the type of an element, so type names count. */
  readonly types: readonly string[];
  /** Names that only the schema can use: a message with one is rejected. */
  readonly groups: readonly string[];
}

/** Reads the names from the schema files in a folder. */
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

/** The names in this project's schema. */
export const OUR_VOCABULARY = vocabularyIn(fileURLToPath(new URL('../../../../schema/xsd', import.meta.url)));
