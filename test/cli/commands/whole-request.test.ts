import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { makeAgreement } from '@signering/dev-stack/internal/demo/agreement.js';
import { jobRequestSchemas, type StartedJob } from '@signering/client';
import { preparePortalJob } from '@signering/client/request';
import { readJobRequest } from '@signering/cli/internal/request/index.js';
import { readDocumentPackage } from '@signering/document-package';
import { PROJECT, readProjectFile } from '../../docs/project-files.js';
import { runSignering, startTestStack, type CommandResult, type TestStack } from '../../fixtures/index.js';

const PIN = '30859100003';
const ACTIVATION_TIME = new Date(Date.now() + 24 * 60 * 60 * 1000).toISOString();

const CASES = join(PROJECT, 'test/document-package/inspection/cases');

/** Every option of the portal flow, and beside it the same request as JSON. */
const PORTAL_OPTIONS = [
  ...['--title', 'Agreement', '--nonsensitive-title', 'A document', '--description', 'Please sign.'],
  ...['--document-title', 'The agreement', '--document-title', 'Its annex'],
  ...['--signature-type', 'AUTHENTICATED_ELECTRONIC_SIGNATURE', '--required-authentication', '3'],
  ...['--identifier-in-signed-documents', 'NAME', '--queue', 'own-queue'],
  ...['--available-for', '14d', '--activate-at', ACTIVATION_TIME],
  ...['--metadata', 'caseNumber=2026/17', '--metadata', 'formula=a=b'],
  ...['--signer', `pin:${PIN},email=kari@example.com,mobile=+4799999999,order=1`],
  ...['--signer', 'email:ola@example.com,order=2,on-behalf-of=OTHER'],
];
const PORTAL_REQUEST = {
  title: 'Agreement',
  nonsensitiveTitle: 'A document',
  description: 'Please sign.',
  documents: [
    { file: 'agreement.pdf', title: 'The agreement' },
    { file: 'annex.pdf', title: 'Its annex' },
  ],
  requiredAuthentication: 3,
  identifierInSignedDocuments: 'NAME',
  pollingQueue: 'own-queue',
  availableSeconds: 14 * 24 * 60 * 60,
  activationTime: ACTIVATION_TIME,
  metadata: { caseNumber: '2026/17', formula: 'a=b' },
  signers: [
    {
      personalIdentificationNumber: PIN,
      emailAddress: 'kari@example.com',
      mobileNumber: '+4799999999',
      order: 1,
      signatureType: 'AUTHENTICATED_ELECTRONIC_SIGNATURE',
    },
    {
      emailAddress: 'ola@example.com',
      order: 2,
      onBehalfOf: 'OTHER',
      signatureType: 'AUTHENTICATED_ELECTRONIC_SIGNATURE',
    },
  ],
};

const DIRECT_OPTIONS = [
  ...[
    '--direct',
    '--title',
    'Agreement',
    '--description',
    'Please sign.',
    '--document-title',
    'The agreement',
  ],
  ...['--required-authentication', '4', '--identifier-in-signed-documents', 'DATE_OF_BIRTH_AND_NAME'],
  ...['--signer', `pin:${PIN},signature-type=AUTHENTICATED_ELECTRONIC_SIGNATURE`],
  ...['--signer', `pin:14838500073,signature-type=AUTHENTICATED_ELECTRONIC_SIGNATURE`],
  ...['--exit-url', 'https://shop.example/exit', '--polling', '--queue', 'own-queue'],
  ...['--metadata', 'caseNumber=2026/17'],
];
const EXIT_URL = 'https://shop.example/exit';
const DIRECT_REQUEST = {
  flow: 'DIRECT',
  title: 'Agreement',
  description: 'Please sign.',
  requiredAuthentication: 4,
  identifierInSignedDocuments: 'DATE_OF_BIRTH_AND_NAME',
  signers: [PIN, '14838500073'].map((personalIdentificationNumber) => ({
    personalIdentificationNumber,
    signatureType: 'AUTHENTICATED_ELECTRONIC_SIGNATURE',
  })),
  exitUrls: { completionUrl: EXIT_URL, rejectionUrl: EXIT_URL, errorUrl: EXIT_URL },
  statusRetrievalMethod: 'POLLING',
  pollingQueue: 'own-queue',
  metadata: { caseNumber: '2026/17' },
};

describe('JSON Schema of a request', () => {
  const ajv = new Ajv2020({ strict: true, allErrors: true, formats: { 'date-time': true } });
  const schemas = jobRequestSchemas();
  const validate = (schema: keyof typeof schemas, value: unknown): boolean =>
    ajv.validate(schemas[schema], value);
  const documents = [{ content: 'JVBERi0xLjc=', name: 'agreement.pdf' }];

  it('accepts requests that send accepts, and the example of the guide', () => {
    const example: unknown = JSON.parse(readProjectFile('docs/examples/request.json'));
    for (const value of [PORTAL_REQUEST, { ...PORTAL_REQUEST, flow: 'PORTAL' }, example]) {
      assert.ok(validate('portal-job-request', value), ajv.errorsText());
    }
    assert.ok(validate('direct-job-request', { ...DIRECT_REQUEST, documents }), ajv.errorsText());
  });

  it('rejects unknown members, members of the other flow and wrong types', () => {
    for (const change of [{ titel: 'A' }, { flow: 'DIRECT' }, { title: 1 }, { activationTime: 'soon' }]) {
      assert.ok(!validate('portal-job-request', { ...PORTAL_REQUEST, ...change }), JSON.stringify(change));
    }
    const { flow: _, ...withoutFlow } = DIRECT_REQUEST;
    assert.ok(!validate('direct-job-request', { ...withoutFlow, documents }));
  });
});

describe('the whole request, by options and in a JSON file', () => {
  let stack: TestStack;
  let folder: string;

  before(async () => {
    stack = await startTestStack();
    // The command runs in another folder than the one in which the requests and their documents lie.
    folder = join(stack.folder, 'requests');
    mkdirSync(folder);
    for (const name of ['agreement.pdf', 'annex.pdf'])
      writeFileSync(join(folder, name), await makeAgreement());
  });
  after(() => stack.stop());

  const file = (name: string): string => join(folder, name);
  const write = (name: string, value: unknown): string => {
    writeFileSync(file(name), typeof value === 'string' ? value : JSON.stringify(value));
    return file(name);
  };
  const base64 = (name: string): string => readFileSync(file(name)).toString('base64');
  const sendInput = (input: unknown, ...more: readonly string[]): Promise<CommandResult> =>
    runSignering({
      args: ['send', '--job', '-', ...more],
      env: stack.env,
      cwd: stack.folder,
      input: JSON.stringify(input),
    });

  async function manifestOf(...args: readonly string[]): Promise<string> {
    const out = file(`${randomUUID()}.asice`);
    const { exitCode, stderr } = await stack.signering('package', ...args, '--out', out);
    assert.equal(exitCode, 0, stderr);
    return (await readDocumentPackage(readFileSync(out))).manifest.toString();
  }

  it('package writes every field of the portal flow, from options or from a file', async () => {
    const files = [file('agreement.pdf'), file('annex.pdf')];
    const manifest = await manifestOf(...files, ...PORTAL_OPTIONS);
    for (const field of [
      /<nonsensitive-title>A document</u,
      /<description>Please sign\.</u,
      /<title>The agreement<[\s\S]*<title>Its annex</u,
      /<signature-type>AUTHENTICATED_ELECTRONIC_SIGNATURE<[\s\S]*<on-behalf-of>|on-behalf-of/u,
      /<required-authentication>3</u,
      /<identifier-in-signed-documents>NAME</u,
      /<activation-time>/u,
      /<available-seconds>1209600</u,
      /address="kari@example.com"[\s\S]*number="\+4799999999"/u,
    ]) {
      assert.match(manifest, field);
    }
    assert.equal(await manifestOf('--job', write('portal.json', PORTAL_REQUEST)), manifest);
  });

  it('package writes every field of the direct flow, from options or from a file', async () => {
    const manifest = await manifestOf(file('agreement.pdf'), ...DIRECT_OPTIONS);
    assert.match(
      manifest,
      /<title>The agreement<[\s\S]*<identifier-in-signed-documents>DATE_OF_BIRTH_AND_NAME</u,
    );
    const documents = [{ file: 'agreement.pdf', title: 'The agreement' }];
    assert.equal(await manifestOf('--job', write('direct.json', { ...DIRECT_REQUEST, documents })), manifest);
  });

  it('send and package warn of a document that other PDF readers may treat as incomplete', async () => {
    const damaged = readFileSync(join(CASES, 'pdf-catalog-without-type.pdf'), 'latin1');
    const counted = file('counted.pdf');
    writeFileSync(counted, damaged.replace('/Count 2', '/Count 7'), 'latin1');
    const request = [counted, '--title', 'A', '--signer', 'email:kari@example.com'];
    const warning = /! counted\.pdf has 2 pages but declares 7\. Open it and check that it is complete\./u;
    const packaged = await stack.signering('package', ...request, '--out', file('counted.asice'));
    assert.match(packaged.stdout, warning, packaged.stderr);
    const sent = await stack.signering('send', ...request);
    assert.match(sent.stdout, warning, sent.stderr);
    for (const { stdout } of [packaged, sent]) assert.match(stdout, /counted\.pdf is not PDF\/A/u);
    const asJson = await stack.signering('send', ...request, '--json');
    const [document] = (JSON.parse(asJson.stdout) as StartedJob).documents;
    assert.deepEqual([document?.name, document?.pdf?.isPdfA], ['counted.pdf', false]);
  });

  it('send prints the reference that it made when the start failed: the command can be repeated for that job', async () => {
    const request = [file('agreement.pdf'), '--title', 'A', '--signer', 'id:CUSTOMER-1'];
    const direct = [...request, '--direct', '--exit-url', 'https://example.com/signed', '--json'];
    // No worker runs, so that the job is handed over and not created.
    const sent = await stack.signering('send', ...direct);
    assert.equal(sent.exitCode, 75, sent.stderr);
    const [, reference = ''] = /for the same job, add --reference (\S+)\.$/mu.exec(sent.stderr) ?? [];
    const again = await stack.signering('send', ...direct, '--reference', reference);
    assert.match(again.stderr, /JOB_NOT_CREATED_YET/u);
    assert.doesNotMatch(again.stderr, /add --reference/u);
  });

  it('send accepts a public sender’s signer whom the service looks up and notifies by email and SMS', async () => {
    const asked = [file('agreement.pdf'), '--title', 'A', '--signer', `pin:${PIN},register=EMAIL_AND_SMS`];
    assert.match(await manifestOf(...asked), /<notifications-using-lookup>\s*<email\/>\s*<sms\/>/u);
    const refused = await stack.signering('send', ...asked.slice(0, -1), `pin:${PIN},register=SMS`);
    assert.match(refused.stderr, /--signer 1: register= must be followed by EMAIL or EMAIL_AND_SMS/u);
  });

  it('send reads standard input with documents as base64; the same request by options is the same job', async () => {
    const inFile = await sendInput(
      {
        ...PORTAL_REQUEST,
        reference: 'whole',
        documents: PORTAL_REQUEST.documents.map(({ file: name, title }) => ({
          content: base64(name).replaceAll(/.{76}/gu, '$&\n'),
          name,
          title,
        })),
      },
      '--json',
    );
    assert.equal(inFile.exitCode, 0, inFile.stderr);
    assert.deepEqual(
      [
        (JSON.parse(inFile.stdout) as StartedJob).reference,
        (JSON.parse(inFile.stdout) as StartedJob).existing,
      ],
      ['whole', false],
    );
    const files = [file('agreement.pdf'), file('annex.pdf')];
    const byOptions = await stack.signering('send', ...files, ...PORTAL_OPTIONS, '--reference', 'whole');
    assert.match(byOptions.stdout, /whole already belongs to this job/u, byOptions.stderr);
  });

  it('an invalid request is rejected with the position of each mistake, and nothing is stored', async () => {
    const stored = (): readonly string[] =>
      readdirSync(join(stack.storageFolder, 'ledger'), { recursive: true }).map(String);
    const before = stored();
    const valid = {
      title: 'A',
      documents: [{ file: 'agreement.pdf' }],
      signers: [{ emailAddress: 'a@example.com' }],
    };
    const cases: readonly (readonly [unknown, RegExp])[] = [
      [
        `{"title": "A", "signers": [{"personalIdentificationNumber": "${PIN}"},]}`,
        /bad\.json: --job: is not JSON: line 1, column 76, in signers\[1\]: expected a value/u,
      ],
      ['', /--job: is empty/u],
      [[], /request: must be a JSON object/u],
      [{ ...valid, flow: 'POST' }, /flow: must be PORTAL or DIRECT/u],
      [{ ...valid, exitUrls: {} }, /flow: must be DIRECT for a request with exitUrls/u],
      [
        { ...valid, documents: [{ content: 'no base64!' }] },
        /documents\[0\]\.content: must be the document's bytes as base64/u,
      ],
      [
        { ...valid, documents: [{ file: 'other.pdf' }] },
        /bad\.json cannot be sent: documents\[0\]\.file: there is no such file/u,
      ],
      [
        { ...valid, signers: [{ emailAddress: 'a@example.com' }, { emailAddress: PIN }] },
        /cannot be sent: signers\[1\]\.emailAddress: /u,
      ],
      [{ ...valid, titel: 'A' }, /cannot be sent: .*titel/u],
      [{ ...valid, title: null }, /cannot be sent: title: must be a text/u],
    ];
    for (const [value, why] of cases) {
      const job = write('bad.json', value);
      await assert.rejects(
        readJobRequest([], { job }).then(({ job: { flow, request }, translateError }) => {
          assert.equal(flow, 'PORTAL');
          return preparePortalJob(request, { pollingQueue: '' }).catch((error: unknown) => {
            throw translateError(error);
          });
        }),
        (error: Error) => {
          assert.match(error.message, why);
          assert.ok(!error.message.includes(PIN), error.message);
          return true;
        },
      );
    }
    for (const command of [['send'], ['package', '--out', file('never.asice')]]) {
      const { exitCode, stdout, stderr } = await stack.signering(...command, '--job', file('bad.json'));
      assert.deepEqual([exitCode, stdout], [2, ''], stderr);
      assert.match(stderr, /^signering: The request in .*bad\.json cannot be sent: title: must be a text/u);
    }
    assert.deepEqual(stored(), before);
  });

  it('a missing file, options combined with --job, and a command with neither are rejected', async () => {
    const request = write('portal.json', PORTAL_REQUEST);
    const cases: readonly (readonly [readonly string[], RegExp])[] = [
      [['--job', file('missing.json')], /missing\.json: --job: there is no such file/u],
      [['--job', folder], /--job: is a folder: name the JSON file in it/u],
      [['--job', '/dev/zero'], /--job: has more than 33554432 bytes: name documents by file/u],
      [
        [file('agreement.pdf'), '--job', request, '--title', 'B', '--direct'],
        /FILE: cannot be combined with --job.*--title: cannot.*--direct: cannot/u,
      ],
      [[], /FILE: .*--title: must be given; --signer: must be given, at least once; --job FILE\.json: /u],
      [
        [
          file('agreement.pdf'),
          '--title',
          'B',
          '--signer',
          'email:a@example.com',
          '--document-title',
          'B',
          '--document-title',
          'C',
        ],
        /--document-title: must be given once for each FILE in their order \(1\), or not at all; it is given 2 times/u,
      ],
      [
        [file('agreement.pdf'), '--title', 'B', '--signer', 'email:a@example.com', '--document-title', ' '],
        /--document-title 1: must not be blank/u,
      ],
      [
        [
          file('agreement.pdf'),
          '--title',
          'B',
          '--signer',
          'id:A',
          '--direct',
          '--exit-url',
          EXIT_URL,
          '--nonsensitive-title',
          'C',
        ],
        /--nonsensitive-title: belongs to the portal flow/u,
      ],
      [['--required-authentication', '2'], /Allowed choices are 3, 4/u],
    ];
    for (const [args, why] of cases) {
      const { exitCode, stdout, stderr } = await stack.signering('send', ...args);
      assert.deepEqual([exitCode, stdout], [2, ''], stderr);
      assert.match(stderr, why);
    }
  });
});
