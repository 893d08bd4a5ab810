import type { Problem } from '@signering/client';
import type { Texts } from '../texts/index.js';
import { isAutomaticReference } from './automatic-reference.js';
import type { DraftContent } from './draft-content.js';
import { momentOfLocalTime } from './portal-time.js';

/** The steps in which a job is written. */
export const STEPS = ['documents', 'signers', 'information'] as const;
export type Step = (typeof STEPS)[number];

/** A mistake in a field of a form. */
export interface FieldProblem {
  readonly step: Step;
  /** The id of the field. */
  readonly field: string;
  /** Whose mistake it is, where several have such a field: “Signer 2”, or the title of a document. */
  readonly owner?: string;
  readonly text: string;
  /** What the client says of it, in English. */
  readonly detail?: string;
}

/** The titles of a draft's documents, in their order. */
export interface DraftOutline {
  readonly content: DraftContent;
  readonly documents: readonly { readonly id: string; readonly title: string }[];
  readonly now: Date;
}

/**
 * The mistakes of a draft in the fields of its forms, in the order of the steps: what the client finds, and what only the form
 * can be asked.
 */
export function fieldProblemsOf(
  problems: readonly Problem[],
  draft: DraftOutline,
  texts: Texts,
): readonly FieldProblem[] {
  const { sendAt, ownReference } = draft.content;
  const sendTime = momentOfLocalTime(sendAt);
  const ofForm: FieldProblem[] = [];
  if (sendAt !== '' && (sendTime === undefined || sendTime <= draft.now)) {
    ofForm.push({ step: 'information', field: 'sendAt', text: texts.problems.sendAt });
  }
  if (isAutomaticReference(ownReference.trim())) {
    ofForm.push({ step: 'information', field: 'ownReference', text: texts.problems.automaticReference });
  }
  const ofClient = problems
    // The portal makes the reference where the person gives none.
    .filter(({ path }) => path !== 'reference' || ownReference.trim() !== '')
    .map((problem) => fieldProblemOf(problem, draft, texts));
  const seen = new Set<string>();
  const different = [...ofForm, ...ofClient].filter(({ field, text }) => {
    const isNew = !seen.has(`${field} ${text}`);
    seen.add(`${field} ${text}`);
    return isNew;
  });
  return different.sort((one, other) => STEPS.indexOf(one.step) - STEPS.indexOf(other.step));
}

/** Why the last send of a draft was refused. */
export function refusalTextOf(code: string, texts: Texts): string {
  return code === 'REFERENCE_IN_USE' ? texts.problems.reasons.REFERENCE_TAKEN : texts.notSent(code);
}

const PLAIN_FIELDS = {
  title: ['information', 'title', 'title'],
  nonsensitiveTitle: ['information', 'notificationText', 'notificationText'],
  description: ['information', 'message', 'message'],
  reference: ['information', 'ownReference', 'reference'],
  activationTime: ['information', 'sendAt', 'sendAt'],
  availableSeconds: ['documents', 'availableDays', 'days'],
  identifierInSignedDocuments: ['documents', 'identifiedBy-NUMBER', 'identification'],
  requiredAuthentication: ['documents', 'identifiedBy-NUMBER', 'identification'],
} as const;

function fieldProblemOf({ path, ...problem }: Problem, draft: DraftOutline, texts: Texts): FieldProblem {
  const { problems } = texts;
  const ofReason = problem.reason && problems.reasons[problem.reason];
  const plain = Object.entries(PLAIN_FIELDS).find(([name]) => name === path)?.[1];
  if (plain !== undefined) return { step: plain[0], field: plain[1], text: ofReason ?? problems[plain[2]] };
  const [, list, place, member] = /^(documents|signers)(?:\[(\d+)\])?(?:\.(\w+))?/u.exec(path) ?? [];
  if (list === 'documents') return documentProblem(draft, texts, { ...problem, place, member });
  if (list === 'signers' && place !== undefined) {
    return signerProblem(draft, texts, { ...problem, place, member });
  }
  if (list === 'signers') return { step: 'signers', field: 'signer-0-emailAddress', text: problems.signers };
  if (ofReason !== undefined) return { step: 'information', field: 'title', text: ofReason };
  return { step: 'information', field: 'title', text: problems.other, detail: problem.message };
}

type ProblemAlone = Omit<Problem, 'path'>;
interface ListedProblem extends ProblemAlone {
  readonly place: string | undefined;
  readonly member: string | undefined;
}

function documentProblem(
  { documents }: DraftOutline,
  { problems }: Texts,
  { place, member, ...problem }: ListedProblem,
): FieldProblem {
  const document = place === undefined ? undefined : documents[Number(place)];
  const field = document === undefined ? 'files' : `title-${document.id}`;
  const ofReason = problem.reason && problems.reasons[problem.reason];
  if (member === 'title') {
    const owner = document?.title.trim() ?? '';
    return {
      step: 'documents',
      field,
      ...(owner !== '' && { owner }),
      text: ofReason ?? problems.documentTitle,
    };
  }
  if (document !== undefined) {
    return { step: 'documents', field, ...notAcceptedText(document.title, problem, { problems }) };
  }
  if (ofReason !== undefined) return { step: 'documents', field, text: ofReason };
  return { step: 'documents', field, text: problems.other, detail: problem.message };
}

/** Why a document cannot be signed: in the language where the reason has a word, otherwise what the client says. */
export function notAcceptedText(
  title: string,
  { reason, message }: ProblemAlone,
  { problems }: Pick<Texts, 'problems'>,
): Pick<FieldProblem, 'text' | 'detail'> {
  const text = problems.documentNotAccepted(title);
  return reason === undefined ? { text, detail: message } : { text: `${text} ${problems.reasons[reason]}` };
}

function signerProblem(
  { content }: DraftOutline,
  { problems, signerNumber }: Texts,
  { place, member, message, reason }: ListedProblem & { readonly place: string },
): FieldProblem {
  const owner = signerNumber(Number(place) + 1);
  const at = (part: string) => ({ step: 'signers' as const, field: `signer-${place}-${part}`, owner });
  switch (member) {
    case 'personalIdentificationNumber':
      return { ...at('number'), text: problems.number };
    case 'emailAddress':
      return { ...at('emailAddress'), text: problems.email };
    case 'mobileNumber':
      return { ...at('mobileNumber'), text: problems.mobile };
    case undefined: {
      if (reason === undefined) return { ...at('emailAddress'), text: problems.contactMissing };
      const part = content.identifiedBy === 'CONTACT_INFORMATION' ? 'emailAddress' : 'number';
      return { ...at(part), text: problems.reasons[reason] };
    }
    default:
      return { ...at('emailAddress'), text: problems.other, detail: message };
  }
}
