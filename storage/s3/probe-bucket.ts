import { GetObjectLockConfigurationCommand } from '@aws-sdk/client-s3';
import { randomUUID } from 'node:crypto';
import { StorageUnavailableError } from '../errors.js';
import type { S3Bucket } from './s3-bucket.js';
import { atStore } from './s3-error.js';
import { S3Writes } from './s3-writes.js';

/** Uses what every stored file needs: conditional writes, encryption and retention as set, reading, listing, deleting. */
export async function probeBucket(bucket: S3Bucket): Promise<string> {
  const path = `probe/${randomUUID()}`;
  const attempt = 'write to its bucket';
  const writes = new S3Writes(bucket);
  const content = `probe ${randomUUID()}`;
  try {
    if (!(await writes.create(path, content, { attempt }))) throw weaker('refused to create a new object');
    if (await writes.create(path, 'another', { attempt })) throw weaker(overwrote('whole'));
    // Large documents are sent in parts, and a server can ignore the condition of these alone.
    if (await writes.create(path, 'in parts', { attempt, inParts: true }))
      throw weaker(overwrote('in parts'));
    const readBack = await bucket.get(path, attempt);
    if (readBack === undefined || Buffer.from(readBack).toString() !== content) {
      throw weaker('returned other bytes than were written');
    }
    for await (const _ of bucket.list('probe/', attempt)) break;
    await demandObjectLock(bucket);
    await bucket.delete(path, attempt);
    const { kmsKey, objectLock } = bucket.options;
    return (
      'created once although it was written twice, read back, listed and deleted' +
      (kmsKey === undefined ? '' : '; encrypted with the KMS key of the settings') +
      (objectLock === undefined ? '' : '; Object Lock is enabled')
    );
  } catch (error) {
    // Ignores failures: the object is harmless, and the first error is the relevant one.
    await bucket.delete(path, attempt).catch(() => undefined);
    throw error;
  }
}

async function demandObjectLock({ options: { client, bucket, objectLock } }: S3Bucket): Promise<void> {
  if (objectLock === undefined) return;
  const enabled = await atStore('read the Object Lock configuration of its bucket', async () => {
    const { ObjectLockConfiguration: found } = (await client
      .send(new GetObjectLockConfigurationCommand({ Bucket: bucket }))
      .catch((error: unknown) => {
        if (error instanceof Error && error.name === 'ObjectLockConfigurationNotFoundError') return undefined;
        throw error;
      })) ?? { ObjectLockConfiguration: undefined };
    return found?.ObjectLockEnabled === 'Enabled';
  });
  if (enabled) return;
  throw new StorageUnavailableError({
    attempt: 'protect signed documents by Object Lock',
    reason: 'SIGNERING_S3_OBJECT_LOCK is set, and Object Lock is not enabled for the bucket',
    nextStep: 'Enable it for the bucket, or remove the setting.',
  });
}

function overwrote(how: 'whole' | 'in parts'): string {
  return `overwrote an object, sent ${how}, although the request forbade it (If-None-Match: *)`;
}

function weaker(what: string): StorageUnavailableError {
  return new StorageUnavailableError({
    attempt: 'rely on the S3 server',
    reason: `it ${what}`,
    nextStep:
      'Use a server with conditional writes, and no proxy before it that removes headers: otherwise two workers could ' +
      'take the same reference.',
  });
}
