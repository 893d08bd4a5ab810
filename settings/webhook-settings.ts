import { z } from 'zod';
import { NINE_DIGITS, WEBHOOK_RECEIVER_ID, WEBHOOK_TYPES, type Problem } from '@signering/schema';
import { readTextFile } from './environment.js';

/** A receiver of webhooks. */
export type WebhookReceiverSettings = z.infer<typeof RECEIVERS>['receivers'][number];

/** Receivers of webhooks, and where they may be. */
export interface WebhookSettings {
  readonly receivers: readonly WebhookReceiverSettings[];
  /** Whether receivers may have addresses that are not public, and use http. */
  readonly privateAddresses: boolean;
}

/** A receiver has some connections and a poller in each worker. */
const MOST_RECEIVERS = 20;

/** Spec: Standard Webhooks, symmetric secrets: 24 to 64 bytes. */
const SECRET = z
  .string()
  .refine(
    isSecret,
    'must be whsec_ and the base64 of 24 to 64 random bytes: echo "whsec_$(openssl rand -base64 32)"',
  );

const RECEIVERS = z.strictObject({
  receivers: z
    .array(
      z.strictObject({
        id: z
          .string()
          .regex(WEBHOOK_RECEIVER_ID, 'must be up to 40 of a-z, 0-9 and hyphens, such as case-system'),
        url: z.string().refine(isPlainUrl, 'must be an https URL without user, password or fragment'),
        secrets: z.array(SECRET).min(1).max(5),
        types: z.array(z.enum(WEBHOOK_TYPES)).min(1).exactOptional(),
        organizations: z.array(z.string().regex(NINE_DIGITS, 'must be nine digits')).min(1).exactOptional(),
      }),
    )
    .min(1)
    .max(MOST_RECEIVERS)
    .refine(
      (receivers) => new Set(receivers.map(({ id }) => id)).size === receivers.length,
      'must have different ids',
    ),
});

/** Reads the file that `SIGNERING_WEBHOOKS` names; adds mistakes, without values, to `problems`. */
export function readWebhookSettings(
  {
    SIGNERING_WEBHOOKS: file,
    SIGNERING_WEBHOOKS_PRIVATE_ADDRESSES: allowed,
  }: {
    readonly SIGNERING_WEBHOOKS?: string | undefined;
    readonly SIGNERING_WEBHOOKS_PRIVATE_ADDRESSES?: string | undefined;
  },
  problems: Problem[],
): WebhookSettings {
  const privateAddresses = allowed === 'yes';
  const none = { receivers: [], privateAddresses };
  if (file === undefined) return none;
  const report = (message: string): void => void problems.push({ path: 'SIGNERING_WEBHOOKS', message });
  const parsed = RECEIVERS.safeParse(readJson(file));
  if (!parsed.success) {
    for (const { path, message } of parsed.error.issues) {
      report(`names a file that cannot be used: ${path.length === 0 ? 'it' : path.join('.')}: ${message}`);
    }
    return none;
  }
  const { receivers } = parsed.data;
  for (const { id, url } of receivers) {
    if (!privateAddresses && !url.startsWith('https:')) report(`the URL of ${id} must be https`);
  }
  return { receivers, privateAddresses };
}

/** Undefined for a file that cannot be read, or is no JSON. */
function readJson(file: string): unknown {
  try {
    return JSON.parse(readTextFile(file)) as unknown;
  } catch {
    return undefined;
  }
}

function isSecret(text: string): boolean {
  const [, base64 = ''] = /^whsec_([A-Za-z0-9+/]+={0,2})$/u.exec(text) ?? [];
  const { length } = Buffer.from(base64, 'base64');
  return length >= 24 && length <= 64;
}

function isPlainUrl(text: string): boolean {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  return (
    (url?.protocol === 'https:' || url?.protocol === 'http:') &&
    url.username === '' &&
    url.password === '' &&
    url.hash === ''
  );
}
