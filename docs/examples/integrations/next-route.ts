// Next.js: this file is app/signing/[step]/route.ts. A form posts to /signing/start, and the signer's browser comes back
// to /signing/completed, /signing/rejected or /signing/error. Other servers of the Fetch standard do the same.
import { readFile } from 'node:fs/promises';
import { createExitUrlFetchHandler, SigningClient, SigningError } from '@signering/client';

// Where browsers find the site.
const site = process.env['BASE_URL'] ?? 'http://localhost:3000';
const baseUrl = `${site}/signing`;

/** One connection for all requests of this process, made by the first one that needs it. */
let connected: Promise<SigningClient> | undefined;
const connect = async (): Promise<SigningClient> => {
  connected ??= SigningClient.connect();
  return connected.catch((error: unknown) => {
    connected = undefined;
    throw error;
  });
};

/** Starts the customer's contract, or continues it, and sends the browser to Posten signering. */
export async function POST(request: Request): Promise<Response> {
  // A real site takes the number of the contract and the customer's identity number from the session.
  const { contract, personalIdentificationNumber } = Object.fromEntries(
    new URLSearchParams(await request.text()),
  );
  if (contract === undefined || personalIdentificationNumber === undefined) {
    return Response.json({ error: { code: 'FORM_INCOMPLETE' } }, { status: 400 });
  }
  const reference = `contracts/${contract}`;
  try {
    const client = await connect();
    const job = await client.startDirectJob({
      reference,
      title: `Contract ${contract}`,
      documents: [{ name: 'contract.pdf', content: await readFile('contract.pdf') }],
      signers: [{ personalIdentificationNumber }],
      exitUrls: client.makeExitUrls({ baseUrl, reference }),
    });
    const first = job.existing ? undefined : job.redirects[0];
    const { redirectUrl } = first ?? (await client.createRedirectUrl(reference, { signer: 1 }));
    return Response.redirect(redirectUrl, 303);
  } catch (error) {
    if (!(error instanceof SigningError)) throw error;
    const { code, retryable } = error;
    return Response.json({ error: { code } }, { status: retryable ? 503 : 409 });
  }
}

/** Takes the browser back: hands its token in and shows the page of the contract, which looks at the session. */
export async function GET(request: Request): Promise<Response> {
  const takeBack = createExitUrlFetchHandler({
    client: await connect(),
    baseUrl,
    onReturned: ({ reference }) => Response.redirect(`${site}/${reference}`, 303),
  });
  return takeBack(request);
}
