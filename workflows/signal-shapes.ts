import {
  directStatusChangeSignal,
  followSignal,
  jobNewsSignal,
  portalStatusChangeSignal,
  publishEventsSignal,
  retryFailedSignal,
  signerReturnedSignal,
} from '@signering/contract';

type Fields = Readonly<Record<string, unknown>>;

const isStatusChange = ({ change }: Fields): boolean =>
  isObject(change) &&
  typeof change['signatureJobId'] === 'string' &&
  typeof change['status'] === 'string' &&
  Array.isArray(change['signatures']) &&
  change['signatures'].every(isObject);

const isPublishedEvent = (event: unknown): boolean =>
  isObject(event) && typeof event['id'] === 'string' && Array.isArray(event['receivers']);

/** The form that a signal's argument must have: a handler that throws would fail the workflow task. */
const SHAPES: Readonly<Record<string, (argument: Fields) => boolean>> = {
  [jobNewsSignal.name]: ({ signers }) => Array.isArray(signers) && signers.every(isObject),
  [followSignal.name]: ({ until }) => typeof until === 'string',
  [portalStatusChangeSignal.name]: isStatusChange,
  [directStatusChangeSignal.name]: isStatusChange,
  [signerReturnedSignal.name]: ({ statusQueryToken }) => typeof statusQueryToken === 'string',
  [publishEventsSignal.name]: ({ events }) => Array.isArray(events) && events.every(isPublishedEvent),
  [retryFailedSignal.name]: ({ receiver }) => receiver === undefined || typeof receiver === 'string',
};

/** True if a signal's handler can use the argument; true for unknown signals. */
export function hasShapeOf(signalName: string, argument: unknown): boolean {
  const shape = SHAPES[signalName];
  return shape === undefined || (isObject(argument) && shape(argument));
}

function isObject(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null;
}
