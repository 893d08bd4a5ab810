// Compiled, never run: each schema describes exactly the type that the workflows use.
import type { z } from 'zod';
import type {
  DIRECT_SIGNING_INPUT,
  FRESH_REDIRECT_URL_ANSWER,
  FRESH_REDIRECT_URL_INPUT,
  REDIRECT_URLS_ANSWER,
  SIGNER_RETURNED_ANSWER,
  SIGNER_RETURNED_INPUT,
} from '@signering/contract/internal/schemas/direct-signing.js';
import type { PORTAL_SIGNING_INPUT } from '@signering/contract/internal/schemas/portal-signing.js';
import type {
  CANCEL_ANSWER,
  CANCEL_INPUT,
  SIGNING_DESCRIPTION,
  SIGNING_RESULT,
} from '@signering/contract/internal/schemas/signing-result.js';
import type { WEBHOOK_PAYLOAD } from '@signering/contract/internal/schemas/webhook.js';
import type {
  CancelAnswer,
  CancelInput,
  DirectSigningInput,
  ChosenSigner,
  PortalSigningInput,
  RedirectUrlsAnswer,
  SignerRedirect,
  SignerReturnedAnswer,
  SignerReturnedInput,
  SigningDescription,
  SigningResult,
  WebhookPayload,
} from '@signering/contract';

/** Without the texts of unknown words, which the client adds: a worker writes that of a signer's status only. */
type Changeable<T> = T extends readonly (infer Item)[]
  ? Changeable<Item>[]
  : T extends object
    ? { -readonly [Key in keyof T as Key extends `${string}Text` ? never : Key]: Changeable<T[Key]> }
    : T;
/** The types are assignable to each other, in both directions. */
type Same<One, Other> = [Changeable<One>, Changeable<Other>] extends [Changeable<Other>, Changeable<One>]
  ? true
  : false;

/** Compiles only if every pair is true. */
const _AGREEMENT: {
  readonly portalSigningInput: Same<z.infer<typeof PORTAL_SIGNING_INPUT>, PortalSigningInput>;
  readonly directSigningInput: Same<z.infer<typeof DIRECT_SIGNING_INPUT>, DirectSigningInput>;
  readonly signingResult: Same<z.infer<typeof SIGNING_RESULT>, SigningResult>;
  readonly describeAnswer: Same<z.infer<typeof SIGNING_DESCRIPTION>, SigningDescription>;
  readonly cancelInput: Same<z.infer<typeof CANCEL_INPUT>, CancelInput>;
  readonly cancelAnswer: Same<z.infer<typeof CANCEL_ANSWER>, CancelAnswer>;
  readonly redirectUrlsAnswer: Same<z.infer<typeof REDIRECT_URLS_ANSWER>, RedirectUrlsAnswer>;
  readonly freshRedirectUrlInput: Same<z.infer<typeof FRESH_REDIRECT_URL_INPUT>, ChosenSigner>;
  readonly freshRedirectUrlAnswer: Same<z.infer<typeof FRESH_REDIRECT_URL_ANSWER>, SignerRedirect>;
  readonly signerReturnedInput: Same<z.infer<typeof SIGNER_RETURNED_INPUT>, SignerReturnedInput>;
  readonly signerReturnedAnswer: Same<z.infer<typeof SIGNER_RETURNED_ANSWER>, SignerReturnedAnswer>;
  /** The members: words are closed in the type, and open in the schema. */
  readonly webhookPayload: Same<keyof z.infer<typeof WEBHOOK_PAYLOAD>['data'], keyof WebhookPayload['data']>;
} = {
  portalSigningInput: true,
  directSigningInput: true,
  signingResult: true,
  describeAnswer: true,
  cancelInput: true,
  cancelAnswer: true,
  redirectUrlsAnswer: true,
  freshRedirectUrlInput: true,
  freshRedirectUrlAnswer: true,
  signerReturnedInput: true,
  signerReturnedAnswer: true,
  webhookPayload: true,
};
