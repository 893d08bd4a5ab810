import { S3ServiceException } from '@aws-sdk/client-s3';
import { StorageUnavailableError } from '../errors.js';

const CREDENTIALS =
  "The server does not accept this process's credentials: correct AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or the " +
  'role that the AWS SDK finds.';
const ACCESS_DENIED =
  'Grant the rights of the bucket policy in docs/operating.md to the identity of this process, on the bucket and the ' +
  'prefix of SIGNERING_STORAGE and on the KMS key, if there is one.';
const FULL = 'The store is full: free space in it.';
const TEMPORARY = 'The server is overloaded or out of order, which usually passes; the call can be repeated.';

/** What to do about an error code of S3. */
const NEXT_STEPS: Readonly<Record<string, string>> = {
  NoSuchBucket: 'Create the bucket, or correct the bucket in SIGNERING_STORAGE; this program creates none.',
  AccessDenied: ACCESS_DENIED,
  InvalidAccessKeyId: CREDENTIALS,
  SignatureDoesNotMatch: CREDENTIALS,
  InvalidToken: CREDENTIALS,
  ExpiredToken: 'The temporary credentials have expired: renew them.',
  RequestTimeTooSkewed: "Correct this machine's clock: it differs from the server's by more than 15 minutes.",
  PermanentRedirect: 'The bucket is in another region: set AWS_REGION to it.',
  AuthorizationHeaderMalformed: 'The bucket is in another region: set AWS_REGION to it.',
  InvalidObjectState:
    'The object is in an archive class: restore it, and remove the lifecycle rule that moved it.',
  NotImplemented: 'The server does not support a function that this storage needs: use another one.',
  InsufficientStorage: FULL,
  SlowDown: TEMPORARY,
  ServiceUnavailable: TEMPORARY,
  InternalError: TEMPORARY,
};

/** For answers without an error code, such as those to `HEAD` requests. */
const NEXT_STEPS_BY_STATUS: Readonly<Record<number, string>> = {
  403: ACCESS_DENIED,
  507: FULL,
};

/** True for an answer of the server with this HTTP status. */
export function hasStatus(error: unknown, status: number): error is S3ServiceException {
  return error instanceof S3ServiceException && error.$metadata.httpStatusCode === status;
}

/** True when the object does not exist. A missing bucket is another error. */
export function isMissingObject(error: unknown): boolean {
  return hasStatus(error, 404) && error.name !== 'NoSuchBucket';
}

/**
 * Runs a request and converts its failure to StorageUnavailableError. The server's own message is left out: it may
 * contain the key of the object.
 * @param attempt completes the sentence "Storage could not …", without personal data and without a key
 * @throws STORAGE_UNAVAILABLE (retryable)
 */
export async function atStore<T>(attempt: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const described = describe(error);
    if (described === undefined) throw error;
    const isMissing = error instanceof S3ServiceException && error.name === 'NoSuchBucket';
    throw new StorageUnavailableError({ attempt, ...described, cause: error, isMissing });
  }
}

/** Undefined for a programming error, and for an error that already is ours. */
function describe(error: unknown): { readonly reason: string; readonly nextStep: string } | undefined {
  if (!(error instanceof Error) || error instanceof StorageUnavailableError) return undefined;
  if (error instanceof S3ServiceException) {
    const { httpStatusCode: status = 0 } = error.$metadata;
    const nextStep =
      NEXT_STEPS[error.name] ??
      NEXT_STEPS_BY_STATUS[status] ??
      (status >= 500 ? TEMPORARY : 'Check the bucket, its policy and SIGNERING_S3_ENDPOINT.');
    return { reason: `the S3 server answered ${error.name} (HTTP ${status})`, nextStep };
  }
  if (error.name === 'CredentialsProviderError' || error.name === 'TokenProviderError') {
    return {
      reason: 'the AWS SDK found no credentials',
      nextStep:
        'Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY in the environment of this process (not in .env), a profile ' +
        '(AWS_PROFILE), or run it with a role.',
    };
  }
  if (error.message.startsWith('Region is missing')) {
    return {
      reason: 'the AWS SDK found no region',
      nextStep:
        'Set AWS_REGION to the region of the bucket in the environment of this process (not in .env).',
    };
  }
  const code = connectionCodeOf(error);
  if (code === undefined) return undefined;
  return {
    reason: `the S3 server cannot be reached (${code})`,
    nextStep: 'Check the network, SIGNERING_S3_ENDPOINT and the certificate of the server.',
  };
}

/** The code of a failure below HTTP, such as `ECONNREFUSED`; undefined for a programming error. */
function connectionCodeOf(error: Error): string | undefined {
  if (error.name === 'TimeoutError') return 'timeout';
  const { code } = error as NodeJS.ErrnoException;
  if (typeof code === 'string' && !code.startsWith('ERR_')) return code;
  // TLS errors, and answers that are no S3.
  if (typeof code === 'string' && /^ERR_(?:TLS|SSL|STREAM_PREMATURE)/u.test(code)) return code;
  if (error.name === 'AggregateError' && 'errors' in error) return 'ECONNREFUSED';
  return '$response' in error || '$metadata' in error ? 'its answer is not that of S3' : undefined;
}
