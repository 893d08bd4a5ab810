import { count, listed } from './count.js';

const nb = {
  title: 'Masseutsending',
  lead: 'Send ett oppdrag for hver rad i en tabell, for eksempel fra Excel.',
  newBatch: 'Ny masseutsending',
  chooseDraft:
    'Velg utkastet som radene skal fylle ut. Utkastet blir brukt opp når masseutsendingen er sendt.',
  noDrafts:
    'Lag først et utkast med «Nytt oppdrag»: dokumentene, teksten og fristen. La undertegnere som er ulike i hver rad stå tomme.',
  none: 'Ingen masseutsendinger.',
  batch: 'Masseutsending',
  newLead: 'Hver rad i tabellen blir ett oppdrag med dokumentene og teksten fra utkastet.',
  template: 'Utkast',
  columnsNeeded: 'Kolonner i tabellen',
  columnsHelp:
    'Hver rad trenger en egen referanse og en e-postadresse eller et mobilnummer. Tekst i utkastet som {{navn}} blir hentet fra kolonnen «navn». Skriv ingen personopplysninger i referansen.',
  fixedSigners: (numbers: readonly string[]) =>
    numbers.length === 1
      ? `Undertegner ${listed(numbers, 'nb')} står i utkastet, og er den samme i alle rader.`
      : `Undertegnerne ${listed(numbers, 'nb')} står i utkastet, og er de samme i alle rader.`,
  downloadExample: 'Last ned en tabell å fylle ut (CSV)',
  columns: {
    reference: 'referanse',
    number: 'fødselsnummer',
    emailAddress: 'e-post',
    mobileNumber: 'mobil',
  },
  example: 'kontrakt',
  table: 'Tabell',
  tableHelp:
    'CSV-fil, høyst 5 MB. Velg «CSV UTF-8» når du lagrer i Excel, og formater kolonner med fødselsnummer og mobilnummer som tekst.',
  chooseTable: 'Velg en CSV-fil.',
  check: 'Kontroller tabellen',
  referenceOf: (reference: string) => `Referanse ${reference}`,
  stages: {
    CHECKING: 'Tabellen blir kontrollert',
    CHECKED: 'Kontrollert, ikke sendt',
    SENDING: 'Masseutsendingen settes i gang',
    SENT: 'Overlevert',
  },
  states: {
    RUNNING: 'Blir sendt, eller venter på undertegnere',
    PAUSED: 'Satt på pause',
    CANCELLED: 'Avbrutt',
    COMPLETED: 'Ferdig',
    UNKNOWN: 'Ukjent',
  },
  look: 'Oppdater',
  changed: 'Utkastet eller tabellen er endret etter kontrollen. Kontroller på nytt før du sender.',
  wrongRows: 'Ingenting er sendt: rett radene med feil, eller velg å utelate dem.',
  notSent: (code: string) => `Masseutsendingen ble ikke sendt (${code}). Tabellen er kontrollert på nytt.`,
  unusable: 'Tabellen kan ikke brukes.',
  found: (right: number, wrong: number) =>
    wrong === 0
      ? `${count(right, 'rad', 'rader')} uten feil.`
      : `${count(right, 'rad', 'rader')} uten feil, ${count(wrong, 'rad', 'rader')} med feil.`,
  known: (rows: number) => `${count(rows, 'rad', 'rader')} er sendt tidligere og blir ikke sendt igjen.`,
  unusedColumns: (columns: string) => `Kolonner som ikke blir brukt: ${columns}.`,
  ofSpreadsheet: {
    ROUNDED: (column: string) =>
      `Lange tall i kolonnen ${column} ser ut til å være rundet av i regnearket. Formater kolonnen som tekst og fyll den ut på nytt.`,
    UNEQUAL_LENGTHS: (column: string) =>
      `Tallene i kolonnen ${column} har ulikt antall sifre, og et regneark fjerner nuller foran. Hvis de skal være like lange, formater kolonnen som tekst og fyll den ut på nytt.`,
  },
  mistakes: 'Feil i tabellen',
  leftOut: (rows: number) => count(rows, 'rad ble utelatt', 'rader ble utelatt'),
  leftOutLead: 'Disse radene er ikke sendt. Rett dem i en ny tabell, og send den som en ny masseutsending.',
  row: 'Rad',
  column: 'Kolonne',
  mistake: 'Feil og hva du kan gjøre',
  detail: 'Detaljer på engelsk',
  allRows: 'Alle',
  moreMistakes: (more: number) => `Og ${count(more, 'feil', 'feil')} til.`,
  downloadMistakes: 'Last ned feilene (CSV)',
  columnMissing: (column: string) =>
    `Tabellen mangler kolonnen «${column}». Gi en kolonne dette navnet i første rad.`,
  contactColumnMissing: (column: string, other: string) =>
    `Tabellen mangler kolonnen «${column}» eller «${other}». Gi en kolonne et av disse navnene i første rad.`,
  unreadable: 'Tabellen kan ikke leses. Lagre den som «CSV UTF-8» med kolonnenavn i første rad.',
  correct: 'Rett og kontroller på nytt',
  checkAnother: 'Kontroller en annen tabell',
  checkAgainLead:
    'Last opp en ny tabell, eller kontroller den samme på nytt etter at du har endret utkastet.',
  changeTemplate: 'Endre utkastet',
  delete: 'Slett masseutsendingen',
  skipWrong: (rows: number) => `Utelat ${count(rows, 'rad', 'rader')} med feil`,
  sendLead: 'Etter dette kan verken utkastet eller tabellen endres.',
  emailIsSent:
    'Den som opprettet masseutsendingen, får én e-post når alle oppdragene er avsluttet, og ingen om hvert av dem.',
  noEmailIsSent: 'Ingen får e-post når masseutsendingen er ferdig: systemet er satt opp uten e-posttjener.',
  send: (rows: number) => `Send ${count(rows, 'oppdrag', 'oppdrag')}`,
  rows: 'Rader',
  sent: 'Sendt',
  rowStates: {
    UNSENT: 'Ikke sendt ennå',
    WAITING: 'Venter på undertegnere',
    SIGNED: 'Signert',
    REJECTED: 'Avvist',
    EXPIRED: 'Utløpt',
    CANCELLED: 'Trukket tilbake',
    FAILED: 'Feilet',
    WITHDRAWN: 'Trukket før sending',
    UNREADABLE: 'Kan ikke leses',
  },
  allSentAt: 'Alle er sendt omtrent',
  pausedAt: 'Satt på pause',
  asOf: (moment: string) => `Status per ${moment}.`,
  notInOverviews: 'Oppdragene i en masseutsending vises bare her, ikke i oversiktene og søket.',
  pause: 'Sett utsendingen på pause',
  resume: 'Fortsett utsendingen',
  cancel: 'Avbryt masseutsendingen',
  cancelLead: 'Rader som ikke er sendt ennå, blir ikke sendt.',
  cancelSentToo: 'Trekk også tilbake oppdrag som er sendt og venter på undertegnere',
  downloadResults: 'Last ned resultatet for alle rader (CSV)',
  signedOf: (reference: string) => `Signert PDF for ${reference}`,
  pages: 'Sider med masseutsendinger',
  pagesOfRows: 'Sider med rader',
  previousRows: 'Forrige rader',
  nextRows: 'Neste rader',
};

type BatchTexts = typeof nb;

const nn: BatchTexts = {
  ...nb,
  lead: 'Send eitt oppdrag for kvar rad i ein tabell, til dømes frå Excel.',
  newBatch: 'Ny masseutsending',
  chooseDraft: 'Vel utkastet som radene skal fylle ut. Utkastet er brukt opp når masseutsendinga er send.',
  noDrafts:
    'Lag først eit utkast med «Nytt oppdrag»: dokumenta, teksten og fristen. Lat underteiknarar som er ulike i kvar rad stå tomme.',
  none: 'Ingen masseutsendingar.',
  newLead: 'Kvar rad i tabellen blir eitt oppdrag med dokumenta og teksten frå utkastet.',
  columnsNeeded: 'Kolonnar i tabellen',
  columnsHelp:
    'Kvar rad treng ein eigen referanse og ei e-postadresse eller eit mobilnummer. Tekst i utkastet som {{namn}} blir henta frå kolonnen «namn». Skriv ingen personopplysningar i referansen.',
  fixedSigners: (numbers) =>
    numbers.length === 1
      ? `Underteiknar ${listed(numbers, 'nn')} står i utkastet, og er den same i alle rader.`
      : `Underteiknarane ${listed(numbers, 'nn')} står i utkastet, og er dei same i alle rader.`,
  downloadExample: 'Last ned ein tabell å fylle ut (CSV)',
  tableHelp:
    'CSV-fil, høgst 5 MB. Vel «CSV UTF-8» når du lagrar i Excel, og formater kolonnar med fødselsnummer og mobilnummer som tekst.',
  chooseTable: 'Vel ei CSV-fil.',
  stages: {
    CHECKING: 'Tabellen blir kontrollert',
    CHECKED: 'Kontrollert, ikkje send',
    SENDING: 'Masseutsendinga blir sett i gang',
    SENT: 'Overlevert',
  },
  states: {
    RUNNING: 'Blir send, eller ventar på underteiknarar',
    PAUSED: 'Sett på pause',
    CANCELLED: 'Avbroten',
    COMPLETED: 'Ferdig',
    UNKNOWN: 'Ukjend',
  },
  look: 'Oppdater',
  changed: 'Utkastet eller tabellen er endra etter kontrollen. Kontroller på nytt før du sender.',
  wrongRows: 'Ingenting er sendt: rett radene med feil, eller vel å utelate dei.',
  notSent: (code) => `Masseutsendinga vart ikkje send (${code}). Tabellen er kontrollert på nytt.`,
  unusable: 'Tabellen kan ikkje brukast.',
  found: (right, wrong) =>
    wrong === 0
      ? `${count(right, 'rad', 'rader')} utan feil.`
      : `${count(right, 'rad', 'rader')} utan feil, ${count(wrong, 'rad', 'rader')} med feil.`,
  known: (rows) => `${count(rows, 'rad', 'rader')} er sende tidlegare og blir ikkje sende igjen.`,
  unusedColumns: (columns) => `Kolonnar som ikkje blir brukte: ${columns}.`,
  ofSpreadsheet: {
    ROUNDED: (column) =>
      `Lange tal i kolonnen ${column} ser ut til å vere runda av i reknearket. Formater kolonnen som tekst og fyll han ut på nytt.`,
    UNEQUAL_LENGTHS: (column) =>
      `Tala i kolonnen ${column} har ulikt tal på siffer, og eit rekneark fjernar nullar framføre. Viss dei skal vere like lange, formater kolonnen som tekst og fyll han ut på nytt.`,
  },
  mistake: 'Feil og kva du kan gjere',
  detail: 'Detaljar på engelsk',
  leftOut: (rows) => count(rows, 'rad vart utelaten', 'rader vart utelatne'),
  leftOutLead: 'Desse radene er ikkje sende. Rett dei i ein ny tabell, og send han som ei ny masseutsending.',
  downloadMistakes: 'Last ned feila (CSV)',
  columnMissing: (column) =>
    `Tabellen manglar kolonnen «${column}». Gi ein kolonne dette namnet i første rad.`,
  contactColumnMissing: (column, other) =>
    `Tabellen manglar kolonnen «${column}» eller «${other}». Gi ein kolonne eit av desse namna i første rad.`,
  unreadable: 'Tabellen kan ikkje lesast. Lagre han som «CSV UTF-8» med kolonnenamn i første rad.',
  checkAnother: 'Kontroller ein annan tabell',
  checkAgainLead: 'Last opp ein ny tabell, eller kontroller den same på nytt etter at du har endra utkastet.',
  changeTemplate: 'Endre utkastet',
  delete: 'Slett masseutsendinga',
  skipWrong: (rows) => `Utelat ${count(rows, 'rad', 'rader')} med feil`,
  sendLead: 'Etter dette kan verken utkastet eller tabellen endrast.',
  emailIsSent:
    'Den som oppretta masseutsendinga, får éin e-post når alle oppdraga er avslutta, og ingen om kvart av dei.',
  noEmailIsSent: 'Ingen får e-post når masseutsendinga er ferdig: systemet er sett opp utan e-posttenar.',
  send: (rows) => `Send ${count(rows, 'oppdrag', 'oppdrag')}`,
  sent: 'Sende',
  rowStates: {
    UNSENT: 'Ikkje send enno',
    WAITING: 'Ventar på underteiknarar',
    SIGNED: 'Signert',
    REJECTED: 'Avvist',
    EXPIRED: 'Gått ut',
    CANCELLED: 'Trekt tilbake',
    FAILED: 'Feila',
    WITHDRAWN: 'Trekt før sending',
    UNREADABLE: 'Kan ikkje lesast',
  },
  allSentAt: 'Alle er sende omtrent',
  pausedAt: 'Sett på pause',
  notInOverviews: 'Oppdraga i ei masseutsending blir viste berre her, ikkje i oversiktene og søket.',
  pause: 'Set utsendinga på pause',
  resume: 'Hald fram med utsendinga',
  cancel: 'Avbryt masseutsendinga',
  cancelLead: 'Rader som ikkje er sende enno, blir ikkje sende.',
  cancelSentToo: 'Trekk òg tilbake oppdrag som er sende og ventar på underteiknarar',
  pages: 'Sider med masseutsendingar',
  previousRows: 'Førre rader',
};

const en: BatchTexts = {
  title: 'Batches',
  lead: 'Send one job for each row of a table, such as from Excel.',
  newBatch: 'New batch',
  chooseDraft: 'Choose the draft that the rows fill in. The draft is used up when the batch is sent.',
  noDrafts:
    'First make a draft with “New job”: documents, texts and deadline. Leave signers empty who differ in each row.',
  none: 'No batches.',
  batch: 'Batch',
  newLead: 'Each row of the table becomes one job with the documents and texts of the draft.',
  template: 'Draft',
  columnsNeeded: 'Columns of the table',
  columnsHelp:
    'Each row needs its own reference, and an email address or a mobile number. Text of the draft such as {{name}} comes from the column “name”. Do not write personal data in the reference.',
  fixedSigners: (numbers) =>
    numbers.length === 1
      ? `Signer ${listed(numbers, 'en')} comes from the draft, and is the same in all rows.`
      : `Signers ${listed(numbers, 'en')} come from the draft, and are the same in all rows.`,
  downloadExample: 'Download a table to fill in (CSV)',
  columns: {
    reference: 'reference',
    number: 'identity number',
    emailAddress: 'email',
    mobileNumber: 'mobile',
  },
  example: 'contract',
  table: 'Table',
  tableHelp:
    'CSV file, at most 5 MB. Choose “CSV UTF-8” when you save in Excel, and format columns of identity and mobile numbers as text.',
  chooseTable: 'Choose a CSV file.',
  check: 'Check the table',
  referenceOf: (reference) => `Reference ${reference}`,
  stages: {
    CHECKING: 'The table is being checked',
    CHECKED: 'Checked, not sent',
    SENDING: 'The batch is being handed over',
    SENT: 'Handed over',
  },
  states: {
    RUNNING: 'Being sent, or waiting for signers',
    PAUSED: 'Paused',
    CANCELLED: 'Cancelled',
    COMPLETED: 'Completed',
    UNKNOWN: 'Unknown',
  },
  look: 'Refresh',
  changed: 'The draft or the table has changed since the check. Check again before you send.',
  wrongRows: 'Nothing was sent: correct the rows with mistakes, or choose to leave them out.',
  notSent: (code) => `The batch was not sent (${code}). The table was checked again.`,
  unusable: 'The table cannot be used.',
  found: (right, wrong) =>
    wrong === 0
      ? `${count(right, 'row', 'rows')} without mistakes.`
      : `${count(right, 'row', 'rows')} without mistakes, ${count(wrong, 'row', 'rows')} with mistakes.`,
  known: (rows) => `${count(rows, 'row was', 'rows were')} sent before, and will not be sent again.`,
  unusedColumns: (columns) => `Columns that are not used: ${columns}.`,
  ofSpreadsheet: {
    ROUNDED: (column) =>
      `Long numbers in the column ${column} look rounded by the spreadsheet. Format the column as text, and fill it in again.`,
    UNEQUAL_LENGTHS: (column) =>
      `The numbers in the column ${column} have different numbers of digits, and a spreadsheet removes leading zeros. If they should be equally long, format the column as text, and fill it in again.`,
  },
  mistakes: 'Mistakes in the table',
  leftOut: (rows) => count(rows, 'row was left out', 'rows were left out'),
  leftOutLead: 'These rows were not sent. Correct them in a new table, and send it as a new batch.',
  row: 'Row',
  column: 'Column',
  mistake: 'Mistake and remedy',
  detail: 'Details',
  allRows: 'All',
  moreMistakes: (more) => `And ${count(more, 'more mistake', 'more mistakes')}.`,
  downloadMistakes: 'Download the mistakes (CSV)',
  columnMissing: (column) => `The table has no column “${column}”. Give a column this name in the first row.`,
  contactColumnMissing: (column, other) =>
    `The table has no column “${column}” or “${other}”. Give a column one of these names in the first row.`,
  unreadable: 'The table cannot be read. Save it as “CSV UTF-8” with names of columns in the first row.',
  correct: 'Correct, and check again',
  checkAnother: 'Check another table',
  checkAgainLead: 'Upload a new table, or check the same one again after you have changed the draft.',
  changeTemplate: 'Change the draft',
  delete: 'Delete the batch',
  skipWrong: (rows) => `Leave out ${count(rows, 'row', 'rows')} with mistakes`,
  sendLead: 'After this, neither draft nor table can be changed.',
  emailIsSent:
    'The person who made the batch gets one email when all its jobs have ended, and none about each of them.',
  noEmailIsSent: 'No email is sent when the batch has ended: the system has no mail server.',
  send: (rows) => `Send ${count(rows, 'job', 'jobs')}`,
  rows: 'Rows',
  sent: 'Sent',
  rowStates: {
    UNSENT: 'Not sent yet',
    WAITING: 'Waiting for signers',
    SIGNED: 'Signed',
    REJECTED: 'Rejected',
    EXPIRED: 'Expired',
    CANCELLED: 'Cancelled',
    FAILED: 'Failed',
    WITHDRAWN: 'Withdrawn before it was sent',
    UNREADABLE: 'Cannot be read',
  },
  allSentAt: 'All are sent at about',
  pausedAt: 'Paused since',
  asOf: (moment) => `Status at ${moment}.`,
  notInOverviews: 'The jobs of a batch are shown here only, not in the overviews and the search.',
  pause: 'Pause the sending',
  resume: 'Continue sending',
  cancel: 'Cancel the batch',
  cancelLead: 'Rows that were not sent yet will not be sent.',
  cancelSentToo: 'Also cancel jobs that were sent and wait for signers',
  downloadResults: 'Download the result of all rows (CSV)',
  signedOf: (reference) => `Signed PDF of ${reference}`,
  pages: 'Pages of batches',
  pagesOfRows: 'Pages of rows',
  previousRows: 'Previous rows',
  nextRows: 'Next rows',
};

/** The texts of batches, in each language. */
export const BATCH_TEXTS = { nb, nn, en };
