import type { BatchEndedEmail, EmailRecipient, JobEmail } from '@signering/contract';

/** Subject and body of an email, in plain text. */
export interface EmailText {
  readonly subject: string;
  readonly body: string;
}

type Language = NonNullable<EmailRecipient['language']>;

/** The sentences of one language. A reference holds no personal data; titles may, so no email has one. */
interface Sentences {
  readonly signed: (signer: number) => string;
  readonly rejected: (signer: number) => string;
  readonly allSigned: string;
  readonly signedOf: (signed: number, signers: number) => string;
  readonly noOneElse: string;
  readonly expired: string;
  readonly ended: string;
  readonly deadline: string;
  readonly deadlineAt: (moment: string) => string;
  readonly afterDeadline: string;
  readonly storageEnds: string;
  readonly storageEndsAt: (moment: string) => string;
  readonly archiveKeeps: string;
  readonly job: (reference: string) => string;
  readonly open: (link: string) => string;
  readonly why: string;
  readonly batchEnded: string;
  readonly rowsOf: (email: BatchEndedEmail) => string;
  readonly batch: (reference: string) => string;
  readonly openBatch: (link: string) => string;
  readonly whyOfBatch: string;
}

const TEXTS: Readonly<Record<Language, Sentences>> = {
  nb: {
    signed: (signer) => `Undertegner ${signer} har signert`,
    rejected: (signer) => `Undertegner ${signer} har avvist å signere`,
    allSigned: 'Alle har signert. De signerte dokumentene blir arkivert.',
    signedOf: (signed, signers) => `${signed} av ${signers} har signert.`,
    noOneElse: 'Oppdraget er avsluttet, og ingen flere kan signere.',
    expired: 'Fristen gikk ut før alle hadde signert',
    ended: 'Oppdraget ble avsluttet før alle hadde signert',
    deadline: 'Fristen går snart ut',
    deadlineAt: (moment) => `Fristen for å signere er ${moment}.`,
    afterDeadline: 'De som ikke har signert da, kan ikke signere etterpå.',
    storageEnds: 'Posten signering sletter snart dokumentene',
    storageEndsAt: (moment) =>
      `Posten signering sletter sine eksemplarer av de signerte dokumentene ${moment}.`,
    archiveKeeps: 'Eksemplarene i virksomhetens eget arkiv blir ikke berørt.',
    job: (reference) => `Oppdragets referanse: ${reference}`,
    open: (link) => `Se oppdraget: ${link}`,
    why: 'Du får denne e-posten fordi du opprettet oppdraget. Den kan ikke besvares.',
    batchEnded: 'Masseutsendingen er ferdig',
    rowsOf: ({ signed, rejected, expired, cancelled, failed }) =>
      `Signert: ${signed}. Avvist: ${rejected}. Fristen gikk ut: ${expired}. Trukket tilbake: ${cancelled}. Feilet: ${failed}.`,
    batch: (reference) => `Masseutsendingens referanse: ${reference}`,
    openBatch: (link) => `Se masseutsendingen: ${link}`,
    whyOfBatch: 'Du får denne e-posten fordi du opprettet masseutsendingen. Den kan ikke besvares.',
  },
  nn: {
    signed: (signer) => `Underteiknar ${signer} har signert`,
    rejected: (signer) => `Underteiknar ${signer} har avvist å signere`,
    allSigned: 'Alle har signert. Dei signerte dokumenta blir arkiverte.',
    signedOf: (signed, signers) => `${signed} av ${signers} har signert.`,
    noOneElse: 'Oppdraget er avslutta, og ingen fleire kan signere.',
    expired: 'Fristen gjekk ut før alle hadde signert',
    ended: 'Oppdraget blei avslutta før alle hadde signert',
    deadline: 'Fristen går snart ut',
    deadlineAt: (moment) => `Fristen for å signere er ${moment}.`,
    afterDeadline: 'Dei som ikkje har signert då, kan ikkje signere etterpå.',
    storageEnds: 'Posten signering slettar snart dokumenta',
    storageEndsAt: (moment) => `Posten signering slettar sine eksemplar av dei signerte dokumenta ${moment}.`,
    archiveKeeps: 'Eksemplara i arkivet til verksemda blir ikkje påverka.',
    job: (reference) => `Referansen til oppdraget: ${reference}`,
    open: (link) => `Sjå oppdraget: ${link}`,
    why: 'Du får denne e-posten fordi du oppretta oppdraget. Du kan ikkje svare på han.',
    batchEnded: 'Masseutsendinga er ferdig',
    rowsOf: ({ signed, rejected, expired, cancelled, failed }) =>
      `Signert: ${signed}. Avvist: ${rejected}. Fristen gjekk ut: ${expired}. Trekt tilbake: ${cancelled}. Feila: ${failed}.`,
    batch: (reference) => `Referansen til masseutsendinga: ${reference}`,
    openBatch: (link) => `Sjå masseutsendinga: ${link}`,
    whyOfBatch: 'Du får denne e-posten fordi du oppretta masseutsendinga. Du kan ikkje svare på han.',
  },
  en: {
    signed: (signer) => `Signer ${signer} has signed`,
    rejected: (signer) => `Signer ${signer} has rejected the job`,
    allSigned: 'All have signed. The signed documents are being archived.',
    signedOf: (signed, signers) => `${signed} of ${signers} have signed.`,
    noOneElse: 'The job has ended, and no one else can sign.',
    expired: 'The time ran out before all had signed',
    ended: 'The job ended before all had signed',
    deadline: 'The deadline is near',
    deadlineAt: (moment) => `The deadline for signing is ${moment}.`,
    afterDeadline: 'Those who have not signed by then cannot sign afterwards.',
    storageEnds: 'Posten signering deletes the documents soon',
    storageEndsAt: (moment) => `Posten signering deletes its copies of the signed documents ${moment}.`,
    archiveKeeps: "The copies in your organisation's own archive are not affected.",
    job: (reference) => `Reference of the job: ${reference}`,
    open: (link) => `See the job: ${link}`,
    why: 'You get this email because you made the job. Replies are not read.',
    batchEnded: 'The batch has ended',
    rowsOf: ({ signed, rejected, expired, cancelled, failed }) =>
      `Signed: ${signed}. Rejected: ${rejected}. Expired: ${expired}. Cancelled: ${cancelled}. Failed: ${failed}.`,
    batch: (reference) => `Reference of the batch: ${reference}`,
    openBatch: (link) => `See the batch: ${link}`,
    whyOfBatch: 'You get this email because you made the batch. Replies are not read.',
  },
};

const LOCALES: Readonly<Record<Language, string>> = { nb: 'nb-NO', nn: 'nn-NO', en: 'en-GB' };

/** The text of an email, in the language of the person. */
export function emailTextOf(
  email: JobEmail | BatchEndedEmail,
  {
    reference,
    recipient: { language = 'nb', link },
  }: { readonly reference: string; readonly recipient: EmailRecipient },
): EmailText {
  const texts = TEXTS[language];
  const [what, ...sentences] = sentencesOf(email, texts, (moment) => momentIn(language, moment));
  const ofBatch = { about: texts.batch, open: texts.openBatch, why: texts.whyOfBatch };
  const ofJob = { about: texts.job, open: texts.open, why: texts.why };
  const { about, open, why } = email.kind === 'BATCH_ENDED' ? ofBatch : ofJob;
  const paragraphs = [
    `${what}.`,
    sentences.join(' '),
    [about(reference), ...(link === undefined ? [] : [open(link)])].join('\n'),
    why,
  ].filter((paragraph) => paragraph !== '');
  return { subject: `${what}: ${reference}`, body: `${paragraphs.join('\n\n')}\n` };
}

function sentencesOf(
  email: JobEmail | BatchEndedEmail,
  texts: Sentences,
  moment: (text: string) => string,
): readonly [string, ...string[]] {
  switch (email.kind) {
    case 'SIGNED':
      return [texts.signed(email.signer), countOf(email, texts)];
    case 'REJECTED':
      return [texts.rejected(email.signer), countOf(email, texts), texts.noOneElse];
    case 'ENDED':
      return [email.outcome === 'EXPIRED' ? texts.expired : texts.ended, countOf(email, texts)];
    case 'DEADLINE':
      return [
        texts.deadline,
        texts.deadlineAt(moment(email.deadline)),
        countOf(email, texts),
        texts.afterDeadline,
      ];
    case 'STORAGE_ENDS':
      return [
        texts.storageEnds,
        texts.storageEndsAt(moment(email.serviceKeepsUntil)),
        ...(email.archived === true ? [texts.archiveKeeps] : []),
      ];
    case 'BATCH_ENDED':
      return [texts.batchEnded, texts.rowsOf(email)];
  }
}

function countOf(
  { signed, signers }: { readonly signed: number; readonly signers: number },
  texts: Sentences,
): string {
  return signed === signers ? texts.allSigned : texts.signedOf(signed, signers);
}

/** A moment in Norwegian time, as the language writes it. */
function momentIn(language: Language, moment: string): string {
  return new Intl.DateTimeFormat(LOCALES[language], {
    timeZone: 'Europe/Oslo',
    dateStyle: 'long',
    timeStyle: 'short',
  }).format(new Date(moment));
}
