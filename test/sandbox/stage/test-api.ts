import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FastifyInstance } from 'fastify';
import { ADMIN_PATH, createAdminServer } from '@signering/sandbox/internal/admin/admin-server.js';
import { answerApiCall } from '@signering/sandbox/internal/api/answer-api-call.js';
import { openSandboxParts } from '@signering/sandbox/internal/open-sandbox-parts.js';
import { ORGANIZATIONS, type OrganizationKey } from '@signering/sandbox/internal/organizations.js';
import type { SandboxParts } from '@signering/sandbox/internal/sandbox-parts.js';
import { loadEnterpriseCertificate } from '@signering/signatures';
import { element } from './answer-elements.js';
import { keepCertificates, lendCertificates } from '../../fixtures/shared-certificates.js';
import { createRequest, type CreateRequest, type Orderer, type TestOrder } from './order.js';

/** An answer of the API, apart from any socket. */
export interface ApiReply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
  readonly text: string;
}

/** The sandbox's API and admin interface without a socket. The rate limit sees a second between any two calls. */
export interface TestApi {
  readonly parts: SandboxParts;
  /** Admin interface and pages. */
  readonly server: FastifyInstance;
  call(
    method: string,
    url: string,
    request?: Partial<CreateRequest> & { readonly as?: OrganizationKey },
  ): Promise<ApiReply>;
  create(order?: TestOrder, as?: OrganizationKey): Promise<ApiReply>;
  /** The id of a job that could be created. */
  createJob(order?: TestOrder, as?: OrganizationKey): Promise<string>;
  poll(queue?: string, as?: OrganizationKey): Promise<ApiReply>;
  orderer(as: OrganizationKey): Promise<Orderer>;
  /** Calls the admin interface and expects a status, 2xx unless told otherwise. */
  admin<Answer = unknown>(
    method: 'GET' | 'POST' | 'PUT' | 'DELETE',
    path: string,
    body?: object,
    status?: number,
  ): Promise<Answer>;
  sign(jobId: string, ...signers: readonly number[]): Promise<void>;
  advance(seconds: number): Promise<void>;
  close(): Promise<void>;
}

export async function openTestApi(options: { readonly emptyQueueWaitMs?: number } = {}): Promise<TestApi> {
  const stateFolder = await mkdtemp(join(tmpdir(), 'signering-sandbox-'));
  await lendCertificates(stateFolder);
  let elapsedMs = 0;
  const complaints: string[] = [];
  const parts = await openSandboxParts({
    stateFolder,
    emptyQueueWaitMs: options.emptyQueueWaitMs ?? 0,
    urls: () => ({
      apiUrl: 'https://127.0.0.1:1/api',
      pagesUrl: 'http://127.0.0.1:2/pages',
      adminUrl: 'http://127.0.0.1:2/v1',
    }),
    elapsedMs: () => (elapsedMs += 1000),
    ending: new AbortController().signal,
    report: (line) => complaints.push(line),
  });
  await keepCertificates(stateFolder);
  const adminServer: FastifyInstance = createAdminServer({
    parts,
    stateId: 'test',
    readiness: () => Promise.resolve({ state: true }),
  });

  const orderer: TestApi['orderer'] = async (as) => ({
    organizationNumber: ORGANIZATIONS[as].organizationNumber,
    certificate: await loadEnterpriseCertificate(parts.identities.certificateFiles[as]),
  });
  const call: TestApi['call'] = async (method, url, request = {}) => {
    const { as = 'privateSender', headers = {}, body = Buffer.alloc(0) } = request;
    const { organizationNumber } = ORGANIZATIONS[as];
    const path = url.startsWith('https:') ? new URL(url) : undefined;
    const answer = await answerApiCall(parts, {
      method,
      url: path === undefined ? `/api/${organizationNumber}${url}` : path.pathname + path.search,
      headers,
      body: Promise.resolve(body),
      certificateOrganization: organizationNumber,
      isAbandoned: () => false,
    });
    if (answer === undefined) throw new Error(`${method} ${url} was dropped.`);
    const content = answer.body ?? Buffer.alloc(0);
    return { status: answer.status, headers: answer.headers, body: content, text: content.toString('utf8') };
  };
  const create: TestApi['create'] = async (order, as = 'privateSender') =>
    await call('POST', '/portal/signature-jobs', { ...(await createRequest(await orderer(as), order)), as });
  const admin = async <Answer>(
    method: 'GET' | 'POST' | 'PUT' | 'DELETE',
    path: string,
    body?: object,
    status?: number,
  ): Promise<Answer> => {
    const reply = await adminServer.inject({
      method,
      url: `${ADMIN_PATH}${path}`,
      headers: { host: '127.0.0.1' },
      ...(body === undefined ? {} : { payload: body }),
    });
    if (status === undefined ? reply.statusCode >= 300 : reply.statusCode !== status) {
      throw new Error(`${method} ${path} answered ${reply.statusCode}: ${reply.body}`);
    }
    return reply.json<Answer>();
  };
  return {
    parts,
    server: adminServer,
    call,
    create,
    createJob: async (order, as) => {
      const { status, text } = await create(order, as);
      if (status !== 200) throw new Error(`The job was refused with ${status}: ${text}`);
      return element(text, 'signature-job-id');
    },
    poll: async (queue, as = 'privateSender') => {
      const query = queue === undefined ? '' : `?polling_queue=${encodeURIComponent(queue)}`;
      return await call('GET', `/portal/signature-jobs${query}`, { as });
    },
    orderer,
    admin,
    sign: async (jobId, ...signers) => {
      for (const signer of signers) await admin('POST', `/jobs/${jobId}/signers/${signer}/sign`);
    },
    advance: async (seconds) => {
      await admin('POST', '/clock', { advanceSeconds: seconds });
    },
    close: async () => {
      await adminServer.close();
      await parts.ledger.close();
      await rm(stateFolder, { recursive: true, force: true });
      if (complaints.length > 0) throw new Error(`The sandbox complained: ${complaints.join('\n')}`);
    },
  };
}
