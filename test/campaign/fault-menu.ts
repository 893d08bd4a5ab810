import type { FaultKind, StorageKind } from './faults/fault-kind.js';
import { MESSAGE_KINDS } from './faults/message-faults.js';
import { NETWORK_KINDS } from './faults/network-faults.js';
import { PROCESS_KINDS } from './faults/process-faults.js';
import { SERVICE_KINDS } from './faults/service-faults.js';
import { STORAGE_KINDS } from './faults/storage-faults.js';

/** Every kind of fault, for either storage. */
export const FAULT_MENU: readonly FaultKind[] = [
  ...SERVICE_KINDS,
  ...NETWORK_KINDS,
  ...STORAGE_KINDS,
  ...PROCESS_KINDS,
  ...MESSAGE_KINDS,
];

/** The kinds that happen to a stack with this storage. */
export function faultMenuFor(storage: StorageKind): readonly FaultKind[] {
  return FAULT_MENU.filter((kind) => kind.storage === undefined || kind.storage === storage);
}

/** @throws RangeError if the menu has no kind of this name */
export function faultKind(name: string): FaultKind {
  const kind = FAULT_MENU.find((one) => one.name === name);
  if (kind === undefined) throw new RangeError(`The fault menu has no ${name}.`);
  return kind;
}

/** The menu as `npm run faults -- --list` prints it. */
export function formatFaultMenu(): string {
  const width = Math.max(...FAULT_MENU.map(({ name }) => name.length));
  return FAULT_MENU.map(({ name, group, does, endsBy, losesCreate, storage }) => {
    const notes = [
      group.toLowerCase(),
      endsBy === 'LIFTED' ? 'until lifted' : 'for single calls',
      ...(losesCreate ? ['may lose the answer of a create'] : []),
      ...(storage === undefined ? [] : [storage === 'S3' ? 'S3 only' : 'folder only']),
    ];
    return `${name.padEnd(width)}  ${does} (${notes.join('; ')})`;
  }).join('\n');
}
