/** How an S3 bucket is used: the settings' `s3`. Credentials and region come from the AWS SDK's usual chain. */
export interface S3Options {
  /** Address of an S3-compatible server; its buckets are in the path. @default AWS's own for the region */
  readonly endpoint?: string | undefined;
  /** Id, alias or ARN of a key for encryption at rest (SSE-KMS). @default the bucket's default encryption */
  readonly kmsKey?: string | undefined;
  /** Object Lock retention of signed documents and receipts. @default the bucket's default retention */
  readonly objectLock?:
    { readonly mode: 'GOVERNANCE' | 'COMPLIANCE'; readonly retentionDays: number } | undefined;
}
