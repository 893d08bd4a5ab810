import { readFile } from 'node:fs/promises';
import type { IncomingHttpHeaders } from 'node:http';
import { Agent, request, type AgentOptions } from 'node:https';
import { buffer } from 'node:stream/consumers';
import type { SandboxAnnouncement } from '@signering/sandbox';
import { loadEnterpriseCertificate, type EnterpriseCertificate } from '@signering/signatures';
import { createRequest, type Orderer, type TestOrder } from './order.js';

/** An answer as it came over TLS. */
export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  readonly text: string;
}

export type SenderName = 'privateSender' | 'publicSender' | 'broker' | 'unauthorized';

/** A sender on node:https alone: independent of the product's own client, so that the two share no mistake. */
export class Sender implements Orderer {
  readonly organizationNumber: string;
  readonly certificate: EnterpriseCertificate;
  readonly #apiUrl: string;
  readonly #agent: Agent;

  private constructor(identity: Orderer & { readonly apiUrl: string; readonly agent: Agent }) {
    this.organizationNumber = identity.organizationNumber;
    this.certificate = identity.certificate;
    this.#apiUrl = identity.apiUrl;
    this.#agent = identity.agent;
  }

  static async of(
    announcement: SandboxAnnouncement,
    name: SenderName = 'privateSender',
    tls: AgentOptions = {},
  ): Promise<Sender> {
    const own = { ...announcement.certificate, organizationNumber: announcement.organizationNumber };
    const { file, password, organizationNumber } =
      name === 'privateSender' ? own : announcement.otherCertificates[name];
    const agent = new Agent({
      pfx: await readFile(file),
      passphrase: password,
      ca: await readFile(announcement.trustedCertificates),
      // The server's certificate is issued to an organisation, not to a host.
      checkServerIdentity: () => undefined,
      keepAlive: true,
      ...tls,
    });
    const certificate = await loadEnterpriseCertificate({ file, password });
    return new Sender({ organizationNumber, certificate, apiUrl: announcement.apiUrl, agent });
  }

  /** @param url absolute, or below `{apiUrl}/{organizationNumber}` */
  async call(
    method: string,
    url: string,
    options: {
      readonly headers?: Record<string, string>;
      readonly body?: Buffer;
      readonly signal?: AbortSignal;
    } = {},
  ): Promise<Answer> {
    const target = url.startsWith('https:') ? url : `${this.#apiUrl}/${this.organizationNumber}${url}`;
    const { headers = {}, body, signal } = options;
    return await new Promise((resolve, reject) => {
      const sent = request(
        target,
        { method, agent: this.#agent, headers, ...(signal === undefined ? {} : { signal }) },
        (response) => {
          const { statusCode: status = 0, headers: received } = response;
          buffer(response).then(
            (content) =>
              resolve({ status, headers: received, body: content, text: content.toString('utf8') }),
            reject,
          );
        },
      );
      sent.on('error', reject);
      sent.end(body);
    });
  }

  async create(order: TestOrder = {}): Promise<Answer> {
    return await this.call('POST', '/portal/signature-jobs', await createRequest(this, order));
  }

  async poll(queue?: string): Promise<Answer> {
    const query = queue === undefined ? '' : `?polling_queue=${encodeURIComponent(queue)}`;
    return await this.call('GET', `/portal/signature-jobs${query}`);
  }

  close(): void {
    this.#agent.destroy();
  }
}
