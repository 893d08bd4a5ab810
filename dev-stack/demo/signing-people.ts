import type { JobDescription } from '@signering/client';
import type { SandboxAdmin } from '../processes/index.js';
import { syntheticIdentityNumber } from './synthetic-number.js';

/** The demo's synthetic signers: two in parallel, then one. */
export function demoSigners(): readonly {
  readonly personalIdentificationNumber: string;
  readonly emailAddress: string;
  readonly order: number;
}[] {
  return [
    { born: { day: 30, month: 5, year: 91 }, name: 'kari.nordmann', order: 1 },
    { born: { day: 17, month: 2, year: 88 }, name: 'ola.nordmann', order: 1 },
    { born: { day: 4, month: 11, year: 79 }, name: 'siv.sandvik', order: 2 },
  ].map(({ born, name, order }) => ({
    personalIdentificationNumber: syntheticIdentityNumber(born),
    emailAddress: `${name}@example.com`,
    order,
  }));
}

/** People who sign a moment after they are notified. */
export interface SigningPeople {
  /** Finds the signers who can sign now. */
  readonly look: (job: JobDescription) => void;
  /** Rejects if a signer could not sign. */
  readonly trouble: Promise<never>;
  readonly stop: () => void;
}

// Long enough to see the pending signers.
const FIRST_SIGNS_AFTER_MS = 1200;
const NEXT_SIGNS_AFTER_MS = 900;

/** Signs for each signer in the sandbox, one after the other, as soon as the signer may sign. */
export function haveSignersSign(admin: SandboxAdmin): SigningPeople {
  const started = new Set<number>();
  const timers = new Set<NodeJS.Timeout>();
  let fail: (error: unknown) => void = () => undefined;
  const trouble = new Promise<never>((_resolve, reject) => {
    fail = reject;
  });
  trouble.catch(() => undefined);
  return {
    trouble,
    look: (job) => {
      const { signatureJobId } = job;
      if (signatureJobId === undefined || job.status !== 'RUNNING') return;
      job.waitingFor
        .filter((signer) => !started.has(signer))
        .forEach((signer, place) => {
          started.add(signer);
          timers.add(
            setTimeout(
              () => void admin.act(signatureJobId, signer, 'sign').catch(fail),
              FIRST_SIGNS_AFTER_MS + place * NEXT_SIGNS_AFTER_MS,
            ),
          );
        });
    },
    stop: () => {
      for (const timer of timers) clearTimeout(timer);
    },
  };
}
