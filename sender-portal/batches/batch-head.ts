import type { BatchRow } from '../database/tables.js';

/** A batch without its table and what was found in it, which may have megabytes. */
export type BatchHead = Omit<BatchRow, 'content' | 'found' | 'attempts'>;

/** The columns of {@link BatchHead}. */
export const HEAD = [
  'id',
  'organization',
  'person_id',
  'reference',
  'template_id',
  'stage',
  'round',
  'template_version',
  'sealed',
  'skips_wrong',
  'sent_by',
  'language',
  'created_at',
  'changed_at',
  'sent_at',
  'checked_at',
  'described',
  'ended_at',
  'refusal',
] as const satisfies readonly (keyof BatchHead)[];
