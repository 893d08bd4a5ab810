import { readFile } from 'node:fs/promises';
import type { IncomingHttpHeaders } from 'node:http';
import { Agent, request } from 'node:https';
import { buffer } from 'node:stream/consumers';
import { sealDocumentPackage } from '../../../document-package/index.js';
import type { SandboxAnnouncement } from '../../../sandbox/index.js';
import type { PortalSignatureJobManifest, PortalSigner } from '../../../schema/index.js';
import { writePortalSignatureJobManifest } from '../../../schema/xml/index.js';
import { loadEnterpriseCertificate, type EnterpriseCertificate } from '../../../signatures/index.js';
import { agreementPdf } from './agreement-pdf.js';
import { syntheticNumber } from './synthetic-number.js';

/** An answer as it came over TLS. */
export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  readonly text: string;
}

/** What is ordered; the rest is an agreement for one signer. */
export interface TestOrder {
  readonly reference?: string;
  readonly pollingQueue?: string;
  readonly signers?: readonly PortalSigner[];
  readonly manifest?: Partial<PortalSignatureJobManifest>;
  readonly pdfs?: readonly Uint8Array[];
}

export type SenderName = 'privateSender' | 'publicSender' | 'broker' | 'unauthorized';

/** A sender on node:https alone: independent of the product's own client, so that the two share no mistake. */
export class Sender {
  readonly organizationNumber: string;
  readonly certificate: EnterpriseCertificate;
  readonly #apiUrl: string;
  readonly #agent: Agent;

  private constructor(options: {
    organizationNumber: string;
    certificate: EnterpriseCertificate;
    apiUrl: string;
    agent: Agent;
  }) {
    this.organizationNumber = options.organizationNumber;
    this.certificate = options.certificate;
    this.#apiUrl = options.apiUrl;
    this.#agent = options.agent;
  }

  static async of(announcement: SandboxAnnouncement, name: SenderName = 'privateSender'): Promise<Sender> {
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
    });
    const certificate = await loadEnterpriseCertificate({ file, password });
    return new Sender({ organizationNumber, certificate, apiUrl: announcement.apiUrl, agent });
  }

  /** @param url absolute, or below `{apiUrl}/{organizationNumber}` */
  async call(
    method: string,
    url: string,
    options: { readonly headers?: Record<string, string>; readonly body?: Buffer } = {},
  ): Promise<Answer> {
    const target = url.startsWith('https:') ? url : `${this.#apiUrl}/${this.organizationNumber}${url}`;
    return await new Promise((resolve, reject) => {
      const sent = request(
        target,
        { method, agent: this.#agent, headers: options.headers ?? {} },
        (response) => {
          buffer(response).then(
            (body) =>
              resolve({
                status: response.statusCode ?? 0,
                headers: response.headers,
                body,
                text: body.toString('utf8'),
              }),
            reject,
          );
        },
      );
      sent.on('error', reject);
      sent.end(options.body);
    });
  }

  /** The body of a create request with its Content-Type, as the service documents it. */
  async createRequest(order: TestOrder = {}): Promise<{ headers: Record<string, string>; body: Buffer }> {
    const boundary = 'grense-mellom-delene';
    const request = [
      '<portal-signature-job-request xmlns="http://signering.posten.no/schema/v1">',
      order.reference === undefined ? '' : `<reference>${order.reference}</reference>`,
      order.pollingQueue === undefined ? '' : `<polling-queue>${order.pollingQueue}</polling-queue>`,
      '</portal-signature-job-request>',
    ].join('');
    const body = Buffer.concat([
      Buffer.from(`--${boundary}\r\nContent-Type: application/xml\r\n\r\n${request}\r\n`),
      Buffer.from(`--${boundary}\r\nContent-Type: application/octet-stream\r\n\r\n`),
      await this.documentPackage(order),
      Buffer.from(`\r\n--${boundary}--\r\n`),
    ]);
    return { headers: { 'content-type': `multipart/mixed; boundary=${boundary}` }, body };
  }

  async documentPackage(order: TestOrder = {}): Promise<Buffer> {
    const pdfs = order.pdfs ?? [await agreementPdf()];
    const documents = pdfs.map((content, index) => ({
      name: `avtale-${index + 1}.pdf`,
      mediaType: 'application/pdf',
      content,
    }));
    const manifest = writePortalSignatureJobManifest({
      signers: order.signers ?? [signerByNumber(1)],
      sender: { organizationNumber: this.organizationNumber },
      title: 'Avtale om grønne epler',
      nonsensitiveTitle: 'En avtale',
      documents: documents.map(({ name, mediaType }, index) => ({
        href: name,
        mime: mediaType,
        title: `Avtale ${index + 1}`,
      })),
      ...order.manifest,
    });
    return await buffer(await sealDocumentPackage({ manifest, documents, certificate: this.certificate }));
  }

  async create(order: TestOrder = {}): Promise<Answer> {
    return await this.call('POST', '/portal/signature-jobs', await this.createRequest(order));
  }

  async poll(queue?: string): Promise<Answer> {
    const query = queue === undefined ? '' : `?polling_queue=${encodeURIComponent(queue)}`;
    return await this.call('GET', `/portal/signature-jobs${query}`);
  }

  close(): void {
    this.#agent.destroy();
  }
}

/** A signer with a synthetic identity number and given contact details. */
export function signerByNumber(seed: number, extra: Partial<PortalSigner> = {}): PortalSigner {
  return {
    personalIdentificationNumber: syntheticNumber(seed),
    notifications: { emailAddress: `undertegner-${seed}@example.com` },
    ...extra,
  };
}

/** The text of the first element of this name. */
export function element(xml: string, name: string): string | undefined {
  return new RegExp(`<${name}(?: [^>]*)?>([^<]*)</${name}>`, 'u').exec(xml)?.[1];
}

/** The texts of all elements of this name. */
export function elements(xml: string, name: string): readonly string[] {
  return [...xml.matchAll(new RegExp(`<${name}(?: [^>]*)?>([^<]*)</${name}>`, 'gu'))].map(
    ([, text]) => text ?? '',
  );
}
