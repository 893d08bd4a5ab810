import type { DirectSigner, ExitUrls, SignatureJobId } from '@signering/schema';
import {
  readDirectSignatureJobManifest,
  readDirectSignatureJobRequest,
  writeDirectSignatureJobResponse,
} from '@signering/schema/xml';
import type { OrderedSigner } from '../../jobs/new-job.js';
import type { SandboxJob } from '../../jobs/job.js';
import { newEntrance } from '../../jobs/redirect-entrance.js';
import type { SandboxParts, SandboxUrls } from '../../sandbox-parts.js';
import type { ApiAnswer, ApiRequest } from '../api-call.js';
import { urlsOf } from '../api-urls.js';
import { createJob } from '../create-job.js';
import { directIdentifierOf, redirectUrlOf } from '../describe-direct-status.js';
import { brokenDirectRules, unusableExitUrls } from '../direct-sender-rules.js';
import { ServiceRefusal } from '../service-refusal.js';

/** Creates a job of the direct flow: active at once, for thirty days, with a redirect URL for each signer. */
export async function createDirectSignatureJob(parts: SandboxParts, request: ApiRequest): Promise<ApiAnswer> {
  return await createJob(parts, request, {
    flow: 'DIRECT',
    readRequest: readDirectSignatureJobRequest,
    readManifest: readDirectSignatureJobManifest,
    brokenRules: brokenDirectRules,
    termsOf: ({ reference, pollingQueue, exitUrls, statusRetrievalMethod }, { signers }) => {
      requireUsable(exitUrls);
      return {
        reference,
        pollingQueue,
        signers: signers.map(orderedSigner),
        direct: {
          exitUrls,
          statusRetrievalMethod: statusRetrievalMethod ?? 'WAIT_FOR_CALLBACK',
          statusTokens: [],
        },
      };
    },
    begin: (job) => ({ ...job, signers: job.signers.map((one) => ({ ...one, entrance: newEntrance() })) }),
    writeAnswer: (job) => writeAnswer(job, parts.urls),
  });
}

function requireUsable(exitUrls: ExitUrls): void {
  const unusable = unusableExitUrls(exitUrls);
  if (unusable.length === 0) return;
  const reason = `Invalid ${unusable.join(', ')}: it must be an http or https URL.`;
  throw new ServiceRefusal('INVALID_EXIT_URL', reason);
}

function writeAnswer(job: SandboxJob, { apiUrl, pagesUrl }: SandboxUrls): string {
  const urls = urlsOf(job, apiUrl);
  return writeDirectSignatureJobResponse({
    ...(job.reference === undefined ? {} : { reference: job.reference }),
    signatureJobId: job.id as SignatureJobId,
    ...(job.direct?.statusRetrievalMethod === 'POLLING' ? {} : { statusUrl: urls.status }),
    // In a different order than in the request, as the service may do: clients must match signers by identifier.
    signers: job.signers.toReversed().map((signer) => ({
      identifier: directIdentifierOf(signer),
      signerUrl: urls.signer(signer),
      redirectUrl: redirectUrlOf(signer, pagesUrl),
    })),
  });
}

function orderedSigner({ identifier, signatureType, onBehalfOf }: DirectSigner): OrderedSigner {
  return {
    identifier,
    order: 0,
    hasCode: false,
    asked: {
      ...('personalIdentificationNumber' in identifier ? identifier : {}),
      ...(signatureType === undefined ? {} : { signatureType }),
      ...(onBehalfOf === undefined ? {} : { onBehalfOf }),
    },
  };
}
