import { UnreadableXmlError } from './errors.js';

/** The deepest message of the schema has six levels; the margin is for additions by the service. */
const MAX_DEPTH = 32;

/**
 * Checks the structure of an XML text, in one pass and before any parser reads it.
 * @throws UNREADABLE_XML if it has a DTD, excessive nesting, or an unterminated construct
 */
export function refuseDangerousXml(xml: string): void {
  let depth = 0;
  let at = xml.indexOf('<');
  while (at !== -1) {
    let end: number;
    if (xml.startsWith('<!--', at)) end = endOf(xml, '-->', at + 4);
    else if (xml.startsWith('<![CDATA[', at)) end = endOf(xml, ']]>', at + 9);
    else if (xml.startsWith('<?', at)) end = endOf(xml, '?>', at + 2);
    else if (xml.startsWith('<!', at)) {
      // Entity expansion attacks and external files both require a document type.
      throw new UnreadableXmlError('it has a document type definition, which no message needs');
    } else if (xml.startsWith('</', at)) {
      end = endOf(xml, '>', at + 2);
      depth -= 1;
    } else {
      end = endOfStartTag(xml, at + 1);
      if (xml[end - 2] !== '/') depth += 1;
      if (depth > MAX_DEPTH)
        throw new UnreadableXmlError(`its elements are nested more than ${MAX_DEPTH} levels deep`);
    }
    at = xml.indexOf('<', end);
  }
}

function endOf(xml: string, terminator: string, from: number): number {
  const found = xml.indexOf(terminator, from);
  if (found === -1) throw new UnreadableXmlError('it ends inside a construct');
  return found + terminator.length;
}

/** A `>` inside a quoted attribute does not end the tag. */
function endOfStartTag(xml: string, from: number): number {
  let quote: string | undefined;
  for (let at = from; at < xml.length; at += 1) {
    const character = xml[at];
    if (quote === undefined) {
      if (character === '>') return at + 1;
      if (character === '"' || character === "'") quote = character;
    } else if (character === quote) quote = undefined;
  }
  throw new UnreadableXmlError('it ends inside a tag');
}
