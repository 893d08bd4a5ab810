import assert from 'node:assert/strict';
import { InvalidInputError, type DirectJobRequest, type PortalJobRequest } from '@signering/client';
import { prepareDirectJob, preparePortalJob } from '@signering/client/request';
import type { Sector } from '@signering/schema';
import { PINS, pdfSaying, validRequest } from '../requests.js';

const LOOKED_UP = [{ personalIdentificationNumber: PINS[0]!, useContactRegister: 'EMAIL' as const }];

describe("a signing request and the sender's sector", () => {
  let content: Uint8Array;
  before(async () => {
    content = await pdfSaying('Lease');
  });

  const problemsOf = async (preparing: Promise<unknown>) => {
    try {
      await preparing;
    } catch (error) {
      assert.ok(error instanceof InvalidInputError, String(error));
      return error.facts.problems ?? [];
    }
    return [];
  };
  const portal = (changes: Partial<PortalJobRequest>, sector?: Sector) =>
    problemsOf(preparePortalJob({ ...validRequest(content), ...changes }, { pollingQueue: '', sector }));
  const direct = (changes: Partial<DirectJobRequest>, sector?: Sector) => {
    const url = 'https://example.com/signed';
    const request = {
      reference: 'lease-1',
      title: 'Lease',
      documents: [{ content }],
      signers: [{ signerIdentifier: 'A' }],
      exitUrls: { completionUrl: url, rejectionUrl: url, errorUrl: url },
      ...changes,
    };
    return problemsOf(prepareDirectJob(request, { pollingQueue: '', sector }));
  };
  const paths = (problems: readonly { readonly path: string }[]) => problems.map(({ path }) => path);

  it('is refused by the rules of a known sector, in the words of the request', async () => {
    const [problem, ...others] = await portal({ signers: LOOKED_UP }, 'PRIVATE');
    assert.deepEqual(others, []);
    assert.equal(problem?.path, 'signers[0].useContactRegister');
    assert.match(problem.message, /public senders only/u);
    assert.deepEqual(paths(await direct({ requiredAuthentication: 3 }, 'PRIVATE')), [
      'requiredAuthentication',
    ]);
  });

  it('passes where the sector is another one or unknown: then the service says what it takes', async () => {
    for (const sector of ['PUBLIC', undefined] as const) {
      assert.deepEqual(await portal({ signers: LOOKED_UP }, sector), []);
      assert.deepEqual(await direct({ requiredAuthentication: 3 }, sector), []);
    }
  });

  it('says what is wrong with a name in the words of the request, never those of the manifest', async () => {
    const reach = await portal({ signers: [{ personalIdentificationNumber: PINS[0]! }] });
    assert.deepEqual(paths(reach), ['signers[0]']);
    assert.match(reach[0]!.message, /\(emailAddress or mobileNumber\), or useContactRegister/u);
    const signers = [{ signerIdentifier: 'A' }, { signerIdentifier: 'A' }];
    const identifierInSignedDocuments = 'PERSONAL_IDENTIFICATION_NUMBER_AND_NAME';
    assert.deepEqual(paths(await direct({ signers, identifierInSignedDocuments })), [
      'signers[0].personalIdentificationNumber',
      'signers[1]',
      'signers[1].personalIdentificationNumber',
    ]);
    assert.deepEqual(paths(await portal({ availableSeconds: 7_776_001 })), ['availableSeconds']);
  });

  it('names an exit URL that is too long or no address, once each', async () => {
    const [long, none] = [`https://example.com/${'x'.repeat(490)}`, 'example.com'];
    const exitUrls = { completionUrl: long, rejectionUrl: none, errorUrl: 'https://example.com' };
    assert.deepEqual(paths(await direct({ exitUrls })), ['exitUrls.completionUrl', 'exitUrls.rejectionUrl']);
  });
});

describe('a plain text to be signed', () => {
  const text = Buffer.from('I owe you ten kroner.');
  const documentOf = async (document: PortalJobRequest['documents'][number]) => {
    const { documents } = await preparePortalJob(
      { ...validRequest(text), documents: [document] },
      { pollingQueue: '' },
    );
    const [{ name, mediaType } = { name: '', mediaType: '' }] = documents;
    return [name, mediaType];
  };

  it('is known by its name or by what the request says, and has a name that says so too', async () => {
    assert.deepEqual(await documentOf({ content: text, name: 'IOU.TXT' }), ['IOU.TXT', 'text/plain']);
    assert.deepEqual(await documentOf({ content: text, mediaType: 'text/plain' }), [
      'document-1.txt',
      'text/plain',
    ]);
  });

  it('is taken for a damaged PDF where nothing says that it is text, and never for another type', async () => {
    await assert.rejects(documentOf({ content: text, name: 'iou' }), { code: 'DOCUMENT_NOT_ACCEPTED' });
    await assert.rejects(documentOf({ content: text, mediaType: 'text/html' as 'text/plain' }), {
      code: 'INVALID_REQUEST',
      message: /documents\[0\]\.mediaType: must be application\/pdf or text\/plain/u,
    });
  });
});
