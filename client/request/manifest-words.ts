import type { Problem } from '@signering/schema';

/** What the manifest calls otherwise than a request; the longer names first. */
const WORDS: readonly (readonly [string, string])[] = [
  ['identifier.personalIdentificationNumber', 'personalIdentificationNumber'],
  ['notifications.emailAddress', 'emailAddress'],
  ['notifications.mobileNumber', 'mobileNumber'],
  ['notificationsUsingLookup', 'useContactRegister'],
  ['availability.availableSeconds', 'availableSeconds'],
  ['availability.activationTime', 'activationTime'],
];

/** Says of a request what the rules of the service say of the manifest that would be made of it. */
export function inWordsOfTheRequest({ path, message, ...reason }: Problem): Problem {
  const translate = (text: string) =>
    WORDS.reduce((translated, [theirs, ours]) => translated.replaceAll(theirs, ours), text);
  return { ...reason, path: translate(path).replace(/\.identifier$/u, ''), message: translate(message) };
}
