import { EMPTY_SIGNER, type DraftContent, type DraftSigner } from './draft-content.js';

type Fields = Readonly<Record<string, string>>;

const MOST_SIGNERS = 10;
const IDENTIFICATIONS = ['NUMBER', 'NUMBER_WITH_BIRTH_DATE', 'CONTACT_INFORMATION'] as const;

/** The draft with what the form of the first step says, besides the documents. */
export function withDocumentsForm(draft: DraftContent, fields: Fields): DraftContent {
  const identifiedBy = IDENTIFICATIONS.find((one) => one === fields['identifiedBy']) ?? draft.identifiedBy;
  return { ...draft, identifiedBy, availableDays: fields['availableDays'] ?? draft.availableDays };
}

/** The draft with what the form of the second step says, and what its button asked for. */
export function withSignersForm(
  draft: DraftContent,
  fields: Fields,
  own: { readonly emailAddress: string },
): DraftContent {
  const written = draft.signers.map((signer, index): DraftSigner => {
    const of = (name: string): string | undefined => fields[`signer-${index}-${name}`];
    return {
      // The number is kept while the form does not ask for it.
      number: of('number') ?? signer.number,
      emailAddress: of('emailAddress') ?? signer.emailAddress,
      mobileNumber: of('mobileNumber') ?? signer.mobileNumber,
      onBehalfOf: of('onBehalfOf') === 'OTHER' ? 'OTHER' : 'SELF',
    };
  });
  const signers = changed(written, fields['action'] ?? '', own.emailAddress);
  return { ...draft, signers, inOrder: fields['inOrder'] === 'yes' };
}

/** As many signers as a form has, without what an earlier version of the draft says of them. */
export function emptySignersOf(fields: Fields): DraftSigner[] {
  return Array.from({ length: MOST_SIGNERS }, () => EMPTY_SIGNER).filter(
    (_signer, index) => `signer-${index}-emailAddress` in fields,
  );
}

/** The places from which and to which a button moves a signer; undefined where it moves none. */
export function moveOf(
  action: string,
  signers: number,
): { readonly from: number; readonly to: number } | undefined {
  const [, verb, place, target] = /^(up|down|move):(\d{1,2})(?::(\d{1,2}))?$/u.exec(action) ?? [];
  const from = Number(place);
  const to = verb === 'move' ? Number(target) : from + (verb === 'up' ? -1 : 1);
  const isPlace = (index: number): boolean => index >= 0 && index < signers;
  return isPlace(from) && isPlace(to) && from !== to ? { from, to } : undefined;
}

function changed(signers: readonly DraftSigner[], action: string, ownAddress: string): DraftSigner[] {
  const move = moveOf(action, signers.length);
  if (move !== undefined) return moved(signers, move.from, move.to);
  const [verb = '', place = ''] = action.split(':');
  const index = Number(place);
  switch (verb) {
    case 'add':
      return signers.length < MOST_SIGNERS ? [...signers, EMPTY_SIGNER] : [...signers];
    case 'myself':
      return withMyself(signers, ownAddress);
    case 'remove':
      return signers.length > 1 ? signers.filter((_signer, other) => other !== index) : [...signers];
    default:
      return [...signers];
  }
}

/** Fills in an empty signer, or adds one; a second press changes nothing. */
function withMyself(signers: readonly DraftSigner[], emailAddress: string): DraftSigner[] {
  const isMyself = (signer: DraftSigner): boolean =>
    signer.emailAddress.trim().toLowerCase() === emailAddress.toLowerCase();
  if (signers.some(isMyself)) return [...signers];
  const empty = signers.findIndex(
    (signer) => signer.number + signer.emailAddress + signer.mobileNumber === '',
  );
  const myself = { ...EMPTY_SIGNER, emailAddress };
  if (empty >= 0) return signers.map((signer, index) => (index === empty ? myself : signer));
  return signers.length < MOST_SIGNERS ? [...signers, myself] : [...signers];
}

/** One signer at another place; the others keep their order. */
function moved(signers: readonly DraftSigner[], from: number, to: number): DraftSigner[] {
  const signer = signers[from];
  if (signer === undefined || signers[to] === undefined) return [...signers];
  return signers.toSpliced(from, 1).toSpliced(to, 0, signer);
}

/** The draft with what the form of the third step says. */
export function withInformationForm(draft: DraftContent, fields: Fields): DraftContent {
  const of = (name: 'title' | 'notificationText' | 'message' | 'ownReference' | 'sendAt'): string =>
    fields[name] ?? draft[name];
  return {
    ...draft,
    title: of('title'),
    notificationText: of('notificationText'),
    // Browsers send line breaks as CR LF, of which the service would count two characters.
    message: of('message').replaceAll('\r\n', '\n'),
    // As references are written: file names of macOS and texts of PDFs have letters and their marks apart.
    ownReference: of('ownReference').normalize('NFC'),
    sendAt: of('sendAt'),
  };
}
