import { z } from 'zod';
import { SigningError } from '@signering/schema';

const Signer = z.looseObject({ signer: z.number(), status: z.string() });
/** A job in the sandbox's admin interface. */
export type SandboxJob = z.infer<typeof SandboxJob>;
const SandboxJob = z.looseObject({
  signatureJobId: z.string(),
  status: z.string(),
  signers: z.array(Signer),
});

/** Actions at the sandbox: act as a signer, move the clock. */
export interface SandboxAdmin {
  jobs(): Promise<readonly SandboxJob[]>;
  job(signatureJobId: string): Promise<SandboxJob>;
  /** Signers count from 1. */
  act(signatureJobId: string, signer: number, action: 'sign' | 'reject' | 'block'): Promise<void>;
  advanceClock(seconds: number): Promise<void>;
  /** Any other call; returns the response body. */
  call(method: 'GET' | 'POST' | 'DELETE', path: string, body?: unknown): Promise<unknown>;
}

/** Talks to the admin interface of a sandbox. @throws SERVICE_UNAVAILABLE with the sandbox's response */
export function sandboxAdmin(adminUrl: string): SandboxAdmin {
  const base = adminUrl.replace(/\/$/u, '');
  const call: SandboxAdmin['call'] = async (method, path, body) => {
    const response = await fetch(`${base}${path}`, {
      method,
      ...(body === undefined
        ? {}
        : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
    });
    const text = await response.text();
    if (!response.ok) {
      throw new SigningError(
        'SERVICE_UNAVAILABLE',
        `The sandbox answered ${response.status} to ${method} ${path}: ${text.slice(0, 300)}`,
        { httpStatus: response.status },
      );
    }
    const answer: unknown = text === '' ? undefined : JSON.parse(text);
    return answer;
  };
  return {
    call,
    jobs: async () => z.object({ jobs: z.array(SandboxJob) }).parse(await call('GET', '/jobs')).jobs,
    job: async (id) => SandboxJob.parse(await call('GET', `/jobs/${id}`)),
    act: async (id, signer, action) => {
      await call('POST', `/jobs/${id}/signers/${signer}/${action}`);
    },
    advanceClock: async (seconds) => {
      await call('POST', '/clock', { advanceSeconds: seconds });
    },
  };
}
