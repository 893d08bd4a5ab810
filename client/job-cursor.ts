import { createHash } from 'node:crypto';
import { InvalidInputError } from '@signering/schema';

/**
 * The cursor of a position in the list of a query. A digest precedes the position: Temporal does not refuse a damaged
 * position, or that of another query.
 */
export function cursorOf(position: Uint8Array, query: string): string {
  const digest = createHash('sha256').update(query).update(position).digest('base64url').slice(0, 16);
  return `${digest}.${Buffer.from(position).toString('base64url')}`;
}

/** The position of a cursor. @throws INVALID_REQUEST for a cursor of another list */
export function positionIn(cursor: string, query: string): Uint8Array {
  const position = Buffer.from(/\.([\w-]+)$/u.exec(cursor)?.[1] ?? '', 'base64url');
  if (cursor === cursorOf(position, query)) return position;
  const problem = {
    path: 'cursor',
    message: 'must be the cursor of an earlier page, with the same states, flow, endedAfter and failed',
  };
  throw new InvalidInputError('INVALID_REQUEST', 'The jobs cannot be listed', [problem]);
}
