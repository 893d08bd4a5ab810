import type { SignatureJobId } from '../identifiers.js';
import { requireToken } from './element-content.js';
import { UnreadableXmlError } from './errors.js';
import type { XmlElement } from './xml-element.js';

/** The id in canonical form: `+7` and `007` are job 7. Spec: common.xsd, signature-job-id. */
export function readSignatureJobId(parent: XmlElement): SignatureJobId {
  const token = requireToken(parent, 'signature-job-id');
  const [, sign, digits] = /^([+-]?)([0-9]{1,40})$/u.exec(token) ?? [];
  if (digits === undefined) throw new UnreadableXmlError('signature-job-id is not an integer');
  const id = BigInt(`${sign === '-' ? '-' : ''}${digits}`);
  if (BigInt.asIntN(64, id) !== id) throw new UnreadableXmlError('signature-job-id is out of range');
  return id.toString() as SignatureJobId;
}
