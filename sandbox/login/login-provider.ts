import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { join } from 'node:path';
import { z } from 'zod';
import { HOST, listen } from '../listen.js';
import { writeDurably } from '../state/durable-file.js';
import { readJsonFile } from '../state/read-json-file.js';
import { loginPage } from './login-page.js';

/** The people whom the log-in page suggests; any other address logs in too. */
export const TEST_PEOPLE = [
  { emailAddress: 'anne@example.com', name: 'Anne Leder' },
  { emailAddress: 'bjorn@example.com', name: 'Bjørn Saksbehandler' },
] as const;

/** What a client of the log-in service needs. */
export interface LoginProviderAnnouncement {
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** An address that the page suggests. */
  readonly manager: string;
}

/** A running log-in service. */
export interface LoginProvider {
  readonly announcement: LoginProviderAnnouncement;
  close(): Promise<void>;
}

/** The argument of {@link startLoginProvider}. */
export interface LoginProviderOptions {
  readonly stateFolder: string;
  /** Origin of the sender portal that people log in to. */
  readonly portalUrl: string;
}

const CLIENT_ID = 'sender-portal';
const LONGEST_FORM_BYTES = 10_000;

const Kept = z.object({
  version: z.literal(1),
  port: z.number().optional(),
  clientSecret: z.string(),
  cookieKey: z.string(),
  /** JSON Web Key. */
  privateKey: z.record(z.string(), z.unknown()),
});

/**
 * Starts an OpenID Connect issuer for tests: the email address that a tester writes is logged in, without a password.
 * It is loaded on demand, because a sandbox without a sender portal needs none.
 */
export async function startLoginProvider(options: LoginProviderOptions): Promise<LoginProvider> {
  const { portalUrl } = options;
  const file = join(options.stateFolder, 'login-provider.json');
  const kept = (await readJsonFile(file, Kept)) ?? newSecrets();
  let answer: (request: IncomingMessage, response: ServerResponse) => void = (_request, response) => {
    response.writeHead(503).end();
  };
  const server = createServer((request, response) => answer(request, response));
  const port = await listen(server, { port: 0, remembered: kept.port });
  await writeDurably(file, JSON.stringify({ ...kept, port }));
  const issuer = `http://${HOST}:${port}`;
  const provider = await createProvider({ issuer, portalUrl, kept });
  const answerProtocol = provider.callback();
  answer = (request, response) => {
    const { pathname } = new URL(request.url ?? '/', issuer);
    if (pathname.startsWith('/interaction/')) {
      void answerInteraction(provider, request, response).catch(() => response.writeHead(400).end());
      return;
    }
    // Each log-in asks who logs in: a test has several people in one browser.
    if (pathname === '/auth') delete request.headers.cookie;
    void answerProtocol(request, response);
  };
  const [{ emailAddress: manager }] = TEST_PEOPLE;
  return {
    announcement: { issuer, clientId: CLIENT_ID, clientSecret: kept.clientSecret, manager },
    close: async () => {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

function newSecrets(): z.infer<typeof Kept> {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  return {
    version: 1,
    clientSecret: randomBytes(24).toString('base64url'),
    cookieKey: randomBytes(24).toString('base64url'),
    privateKey: { ...privateKey.export({ format: 'jwk' }), use: 'sig', alg: 'RS256' },
  };
}

interface ProviderOptions {
  readonly issuer: string;
  readonly portalUrl: string;
  readonly kept: z.infer<typeof Kept>;
}

async function createProvider({ issuer, portalUrl, kept }: ProviderOptions) {
  const { Provider } = await import('oidc-provider');
  return new Provider(issuer, {
    clients: [
      {
        client_id: CLIENT_ID,
        client_secret: kept.clientSecret,
        redirect_uris: [`${portalUrl}/login/callback`],
      },
    ],
    cookies: { keys: [kept.cookieKey] },
    jwks: { keys: [kept.privateKey] },
    claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['name'] },
    features: { devInteractions: { enabled: false } },
    interactions: { url: (_context, { uid }) => `/interaction/${uid}` },
    findAccount: (_context, id) => ({
      accountId: id,
      claims: () => ({ sub: id, email: id, email_verified: true, name: nameOf(id) }),
    }),
    // Without a page for consent.
    loadExistingGrant: async ({ oidc }) => {
      const { client, session } = oidc;
      if (client === undefined || session?.accountId === undefined) return undefined;
      const grant = new oidc.provider.Grant({ clientId: client.clientId, accountId: session.accountId });
      grant.addOIDCScope('openid email profile');
      await grant.save();
      return grant;
    },
  });
}

type Provider = Awaited<ReturnType<typeof createProvider>>;

/** Shows the log-in page, or finishes the log-in that its form sends. */
async function answerInteraction(
  provider: Provider,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  if (request.method === 'POST') {
    const form = new URLSearchParams(await bodyOf(request));
    const accountId = (form.get('other') || form.get('person') || '').trim().toLowerCase();
    const result =
      accountId === ''
        ? { error: 'access_denied', error_description: 'No address was given.' }
        : { login: { accountId, remember: false } };
    await provider.interactionFinished(request, response, result);
    return;
  }
  await provider.interactionDetails(request, response);
  response
    .writeHead(200, {
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-store',
      'content-security-policy': "default-src 'none'; frame-ancestors 'none'; base-uri 'none'",
    })
    .end(loginPage(TEST_PEOPLE).markup);
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.byteLength;
    if (size > LONGEST_FORM_BYTES) throw new RangeError('The form is too long.');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function nameOf(emailAddress: string): string {
  const known = TEST_PEOPLE.find((person) => person.emailAddress === emailAddress);
  return known?.name ?? emailAddress.replace(/@.*$/u, '');
}
