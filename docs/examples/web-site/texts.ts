// What the customer reads, in Norwegian and English.
import type { IncomingMessage } from 'node:http';

type Words = Readonly<Record<keyof typeof ENGLISH, string>>;
export interface Texts extends Words {
  readonly language: 'nb' | 'en';
}

const ENGLISH = {
  logIn: 'Log in',
  chooseWho: 'This log-in only pretends: choose who you are.',
  loggedInAs: 'Logged in as',
  yourAgreement: 'Your agreement',
  ready: 'Your agreement is ready.',
  sign: 'Sign',
  signAgain: 'Sign again',
  askAnew: 'Ask for a new agreement',
  wentWrong: 'Something went wrong',
  comeBackLater: 'We are looking into it. Please come back later.',
  signed: 'You have signed',
  thanks: 'Thank you.',
  download: 'Download your signed copy',
  fetching: 'We are fetching your signed copy …',
  declined: 'You have declined',
  nothingSigned: 'Nothing was signed.',
  unknown: 'We do not know',
  callBeforeSigning: 'You may have signed: please call us before you sign again.',
  notSigned: 'This agreement was not signed',
  noLonger: 'It can no longer be signed.',
  failed: 'The signing failed',
  tryAgain: 'Nothing was signed, and nothing is lost: try again.',
  notYet: 'You have not signed yet',
  continueSigning: 'Did you close the window? Continue where you were.',
  noSuchPage: 'There is no such page',
  begin: 'Begin',
  didNotWork: 'That did not work',
  toAgreement: 'To your agreement',
  callUs: 'Please call us.',
  takesLonger: 'It takes longer than usual, and nothing is lost. Please try again in a moment.',
  signedOrDeclined:
    'You seem to have signed or declined already. If that window is still open, press the link back to us in it.',
  ended: 'This agreement can no longer be signed. See how it ended.',
  tooOften: 'You have begun too often. Please call us.',
  incompleteAddress: 'This address is not complete.',
  nothingYet: 'There is nothing here for you yet.',
};

const NORWEGIAN: Words = {
  logIn: 'Logg inn',
  chooseWho: 'Denne innloggingen er bare på liksom: velg hvem du er.',
  loggedInAs: 'Logget inn som',
  yourAgreement: 'Avtalen din',
  ready: 'Avtalen din er klar.',
  sign: 'Signer',
  signAgain: 'Signer på nytt',
  askAnew: 'Be om en ny avtale',
  wentWrong: 'Noe gikk galt',
  comeBackLater: 'Vi ser på saken. Kom tilbake senere.',
  signed: 'Du har signert',
  thanks: 'Takk.',
  download: 'Last ned ditt signerte eksemplar',
  fetching: 'Vi henter ditt signerte eksemplar …',
  declined: 'Du har avvist å signere',
  nothingSigned: 'Ingenting ble signert.',
  unknown: 'Vi vet ikke om du har signert',
  callBeforeSigning: 'Du kan ha signert: ring oss før du signerer på nytt.',
  notSigned: 'Avtalen ble ikke signert',
  noLonger: 'Den kan ikke lenger signeres.',
  failed: 'Signeringen mislyktes',
  tryAgain: 'Ingenting ble signert, og ingenting er tapt: prøv igjen.',
  notYet: 'Du har ikke signert ennå',
  continueSigning: 'Lukket du vinduet? Fortsett der du var.',
  noSuchPage: 'Siden finnes ikke',
  begin: 'Begynn',
  didNotWork: 'Det gikk ikke',
  toAgreement: 'Til avtalen din',
  callUs: 'Ring oss.',
  takesLonger: 'Det tar lengre tid enn vanlig, og ingenting er tapt. Prøv igjen om litt.',
  signedOrDeclined:
    'Du har visst signert eller avvist allerede. Er vinduet fortsatt åpent, trykker du på lenken tilbake til oss.',
  ended: 'Avtalen kan ikke lenger signeres. Se hvordan det gikk.',
  tooOften: 'Du har begynt for mange ganger. Ring oss.',
  incompleteAddress: 'Adressen er ikke fullstendig.',
  nothingYet: 'Her er det ikke noe til deg ennå.',
};

const TEXTS: Readonly<Record<'nb' | 'en', Texts>> = {
  nb: { language: 'nb', ...NORWEGIAN },
  en: { language: 'en', ...ENGLISH },
};

/** Norwegian, unless the browser asks for English first. */
export function textsFor({ headers }: IncomingMessage): Texts {
  return /^\s*en\b/iu.test(headers['accept-language'] ?? '') ? TEXTS.en : TEXTS.nb;
}
