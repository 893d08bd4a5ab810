import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import {
  readDirectSignatureJobManifest,
  readDirectSignatureJobRequest,
  readDirectSignatureJobResponse,
  readDirectSignatureJobStatus,
  readDirectSignerResponse,
  readDirectSignerUpdateRequest,
  readPortalSignatureJobManifest,
  readPortalSignatureJobRequest,
  readPortalSignatureJobResponse,
  readPortalStatusChange,
  writeDirectSignatureJobManifest,
  writeDirectSignatureJobRequest,
  writeDirectSignatureJobResponse,
  writeDirectSignatureJobStatus,
  writeDirectSignerResponse,
  writeDirectSignerUpdateRequest,
  writePortalSignatureJobManifest,
  writePortalSignatureJobRequest,
  writePortalSignatureJobResponse,
  writePortalStatusChange,
} from '@signering/schema/xml';
import { referencePath } from '../../reference-material.js';
import { canonicalMessage } from './canonical-message.js';

const ONLY_SIGNER = '12345678910';
const formOf = (xml: string) => (xml.includes('<documents>') ? 'DOCUMENTS' : 'SINGLE_DOCUMENT');

/** Reads a message and writes it again. */
const AGAIN: Readonly<Record<string, (xml: string) => string>> = {
  'direct-signature-job-request': (xml) => writeDirectSignatureJobRequest(readDirectSignatureJobRequest(xml)),
  'direct-signature-job-manifest': (xml) =>
    writeDirectSignatureJobManifest(readDirectSignatureJobManifest(xml), { form: formOf(xml) }),
  'direct-signer-update-request': (xml) => {
    assert.ok(readDirectSignerUpdateRequest(xml).redirectUrl);
    return writeDirectSignerUpdateRequest();
  },
  'direct-signature-job-response': (xml) =>
    writeDirectSignatureJobResponse(readDirectSignatureJobResponse(xml)),
  'direct-signer-response': (xml) => writeDirectSignerResponse(readDirectSignerResponse(xml)),
  'direct-signature-job-status-response': (xml) => {
    const status = readDirectSignatureJobStatus(xml);
    const signatures = status.signatures.map((signature) => ({ signer: ONLY_SIGNER, ...signature }));
    return writeDirectSignatureJobStatus({ ...status, signatures });
  },
  'portal-signature-job-request': (xml) => writePortalSignatureJobRequest(readPortalSignatureJobRequest(xml)),
  'portal-signature-job-manifest': (xml) =>
    writePortalSignatureJobManifest(readPortalSignatureJobManifest(xml), { form: formOf(xml) }),
  'portal-signature-job-response': (xml) =>
    writePortalSignatureJobResponse(readPortalSignatureJobResponse(xml)),
  'portal-signature-job-status-change-response': (xml) =>
    writePortalStatusChange(readPortalStatusChange(xml)),
};

const isSent = (message: string) => /-(?:request|manifest)$/u.test(message);

interface Sample {
  readonly name: string;
  readonly message: string;
  readonly xml: string;
}

/** The readers give times in UTC, with milliseconds. */
const inUtc = (xml: string) => xml.replace(/(?<= since=")[^"]*/gu, (time) => new Date(time).toISOString());

function samples(context: Mocha.Context): readonly Sample[] {
  const folder = referencePath(context, 'posten-api-specification', 'examples');
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  return names
    .filter((name) => /^(?:direct|portal).*\.xml$/u.test(name))
    .map((name) => {
      const xml = readFileSync(`${folder}/${name}`, 'utf8');
      return { name, message: /<([a-z-]+) xmlns=/u.exec(xml)?.[1] ?? '', xml };
    });
}

describe('the published samples', () => {
  it('cover every message that we read and write', function () {
    const all = samples(this);
    assert.ok(all.length >= 21);
    assert.deepEqual([...new Set(all.map(({ message }) => message))].sort(), Object.keys(AGAIN).sort());
  });

  it('of a sender are written back identically', function () {
    for (const { name, message, xml } of samples(this).filter((each) => isSent(each.message))) {
      assert.equal(canonicalMessage(AGAIN[message]!(xml)), canonicalMessage(xml), name);
    }
  });

  it('of the service are written back with the same meaning, and a name for every signer', function () {
    for (const { name, message, xml } of samples(this).filter((each) => !isSent(each.message))) {
      // The deprecated list of redirect URLs has any order, and repeats the URL of each signer.
      const options = {
        trim: true,
        without: '/*/*[local-name()="redirect-url" and ../*[local-name()="signer"]]',
      };
      const at = '/*[contains(name(), "direct")]/*[local-name()="status" or local-name()="xades-url"]';
      const complete = { at, name: 'signer', value: ONLY_SIGNER };
      assert.equal(
        canonicalMessage(AGAIN[message]!(xml), options),
        canonicalMessage(inUtc(xml), { ...options, complete }),
        name,
      );
    }
  });
});
