/** How a storage in S3 is used. Credentials and region come from the AWS SDK's usual chain. */
export interface S3Settings {
  /** Address of an S3-compatible server, `https://host[:port]`. @default AWS's own for the region */
  readonly endpoint?: string | undefined;
  /** Id, alias or ARN of the KMS key that encrypts everything that is written. @default the bucket's encryption */
  readonly kmsKey?: string | undefined;
}

/** What a worker has besides: it writes the archive. */
export interface S3WorkerSettings extends S3Settings {
  /**
   * Retention of signed documents and receipts: no one can delete them before it ends; with GOVERNANCE, no one without a
   * special right. @default the bucket's default retention
   */
  readonly objectLock?: { readonly mode: 'GOVERNANCE' | 'COMPLIANCE'; readonly retentionDays: number };
}

/** The variables of S3, after their values were checked. */
interface S3Values {
  readonly SIGNERING_S3_ENDPOINT?: string | undefined;
  readonly SIGNERING_S3_KMS_KEY?: string | undefined;
  readonly SIGNERING_S3_OBJECT_LOCK?: string | undefined;
}

/** The member `s3` of settings; empty if no variable is set. */
export function s3SettingsOf(values: S3Values): { readonly s3?: S3WorkerSettings } {
  const { SIGNERING_S3_ENDPOINT: endpoint, SIGNERING_S3_KMS_KEY: kmsKey } = values;
  const [mode, days] = values.SIGNERING_S3_OBJECT_LOCK?.split(':') ?? [];
  const s3: S3WorkerSettings = {
    ...(endpoint !== undefined && { endpoint }),
    ...(kmsKey !== undefined && { kmsKey }),
    ...(mode !== undefined && {
      objectLock: {
        mode: mode === 'compliance' ? 'COMPLIANCE' : 'GOVERNANCE',
        retentionDays: Number(days),
      },
    }),
  };
  return Object.keys(s3).length === 0 ? {} : { s3 };
}
