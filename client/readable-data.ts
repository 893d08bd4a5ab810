import { demandVersion } from '@signering/schema';

/**
 * What a workflow answered or was started with, if this release can read its format.
 * @param what names it in messages
 * @param writer what wrote it
 * @throws VERSION_NOT_SUPPORTED when a worker or client of a later version wrote it, or when it has no version
 */
export function readableData<Data>(data: Data, what: string, writer = 'the workers'): Data {
  demandVersion(data, { what, upgrade: '@signering/client in this program', writer });
  return data;
}
