import type { KnownSignerStatus } from '@signering/schema';

/** Everything that the pages say, in one language. */
export interface Texts {
  /** BCP 47, for the attribute `lang`. */
  readonly lang: string;
  readonly brand: string;
  /** Date and time of day in Norway. */
  readonly time: (time: Date) => string;
  readonly testNotice: string;
  readonly skipToContent: string;
  /** The other language, by its own name. */
  readonly otherLanguage: string;
  readonly errorPrefix: string;
  readonly errorHeading: string;

  readonly logIn: string;
  readonly logInLead: string;
  readonly person: string;
  readonly anotherPerson: string;
  readonly identityNumber: string;
  readonly identityNumberHint: string;
  readonly fullName: string;
  readonly eId: string;
  readonly levelFour: string;
  readonly levelThree: string;
  readonly logInButton: string;
  readonly logOut: string;
  readonly loggedInAs: (name: string) => string;
  readonly choosePerson: string;
  readonly elevenDigits: string;
  readonly giveName: string;

  /** Of the page with the emails to people of senders. */
  readonly emails: string;
  readonly emailsLead: string;
  readonly noEmails: string;
  readonly emailTo: (addresses: string) => string;

  readonly yourDocuments: string;
  readonly toSign: string;
  readonly nothingToSign: string;
  readonly signedByYou: string;
  readonly openJob: string;
  readonly fromSender: (sender: string) => string;
  readonly deadline: (time: string) => string;
  readonly untitled: string;
  readonly downloadSigned: string;
  readonly higherLevelHeading: string;
  readonly higherLevelLead: string;
  readonly higherLevelButton: string;

  readonly enterCode: string;
  readonly enterCodeLead: (sender: string) => string;
  readonly code: string;
  readonly codeHint: string;
  readonly continue: string;
  readonly wrongCode: (left: number) => string;

  readonly asksYouToSign: (sender: string) => string;
  readonly message: string;
  readonly sender: string;
  readonly organizationNumber: (number: string) => string;
  readonly deadlineTerm: string;
  readonly signatureTerm: string;
  readonly advanced: string;
  readonly authenticated: string;
  readonly behalfTerm: string;
  readonly behalfSelf: string;
  readonly behalfOther: string;
  readonly documents: (count: number) => string;
  readonly documentPlace: (index: number, count: number) => string;
  readonly openDocument: string;
  readonly documentFrame: (title: string) => string;
  readonly sign: string;
  readonly signAs: string;
  readonly addressedTo: string;
  readonly consent: (count: number) => string;
  readonly consentNeeded: string;
  readonly signButton: string;
  readonly wrongPerson: string;
  readonly reject: string;
  readonly rejectLead: string;
  readonly rejectButton: string;
  readonly tryFailure: string;
  readonly tryFailureLead: string;
  readonly failButton: string;
  readonly loseNameButton: string;
  readonly eIdFailed: string;

  readonly outcomes: Readonly<Record<KnownSignerStatus, { readonly heading: string; readonly lead: string }>>;
  readonly toOverview: string;
  readonly backToSender: string;
  readonly notFound: { readonly heading: string; readonly lead: string };
  readonly refused: { readonly heading: string; readonly lead: string };
  readonly usedLink: { readonly heading: string; readonly lead: string };
  readonly failed: { readonly heading: string; readonly lead: string };
}
