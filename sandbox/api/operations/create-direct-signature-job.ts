import type { DirectSigner, SignatureJobId } from '../../../schema/index.js';
import {
  readDirectSignatureJobManifest,
  readDirectSignatureJobRequest,
  writeDirectSignatureJobResponse,
} from '../../../schema/xml/index.js';
import { describeContent } from '../../jobs/job-store.js';
import { newJob, type OrderedSigner } from '../../jobs/new-job.js';
import { newEntrance } from '../../jobs/redirect-entrance.js';
import type { SandboxParts } from '../../sandbox-parts.js';
import type { ApiAnswer, ApiRequest } from '../api-call.js';
import { urlsOf } from '../api-urls.js';
import { directIdentifierOf, redirectUrlOf } from '../describe-direct-status.js';
import { brokenDirectRules, unusableExitUrls } from '../direct-sender-rules.js';
import { describeDocument, openPackage, readValidMessage } from '../open-package.js';
import { readCreateRequestParts } from '../read-multipart.js';
import { ServiceRefusal } from '../service-refusal.js';

/** Creates a job of the direct flow: active at once, for thirty days, with a redirect URL for each signer. */
export async function createDirectSignatureJob(parts: SandboxParts, request: ApiRequest): Promise<ApiAnswer> {
  const sent = await readCreateRequestParts(request.headers['content-type'], request.body);
  const message = readValidMessage(sent.request, readDirectSignatureJobRequest);
  const unusable = unusableExitUrls(message.exitUrls);
  if (unusable.length > 0) {
    const reason = `No browser can be sent to the ${unusable.join(', ')}: it must be an http or https URL.`;
    throw new ServiceRefusal('INVALID_EXIT_URL', reason);
  }
  const { manifest, manifestXml, documents } = await openPackage(parts, request, {
    bytes: sent.documentPackage,
    readManifest: readDirectSignatureJobManifest,
    brokenRules: brokenDirectRules,
  });
  const { statusRetrievalMethod = 'WAIT_FOR_CALLBACK' } = message;
  const job = await parts.jobs.create({
    contents: [manifestXml, ...documents.map(({ content }) => content)],
    build: (id) => {
      const ordered = newJob({
        id,
        flow: 'direct',
        organizationNumber: request.organizationNumber,
        reference: message.reference,
        pollingQueue: message.pollingQueue,
        manifest,
        signers: manifest.signers.map(orderedSigner),
        direct: { exitUrls: message.exitUrls, statusRetrievalMethod, statusTokens: [] },
        manifestContent: describeContent(manifestXml),
        documents: documents.map(describeDocument),
        now: parts.clock.now(),
      });
      return { ...ordered, signers: ordered.signers.map((one) => ({ ...one, entrance: newEntrance() })) };
    },
  });
  const urls = urlsOf(job, parts.urls.apiUrl);
  const answer = writeDirectSignatureJobResponse({
    ...(job.reference === undefined ? {} : { reference: job.reference }),
    signatureJobId: job.id as SignatureJobId,
    ...(statusRetrievalMethod === 'POLLING' ? {} : { statusUrl: urls.status }),
    // In another order than they were sent, as the service may: they are matched by identifier.
    signers: job.signers.toReversed().map((signer) => ({
      identifier: directIdentifierOf(signer),
      signerUrl: urls.signer(signer),
      redirectUrl: redirectUrlOf(signer, parts.urls.pagesUrl),
    })),
  });
  return {
    status: 200,
    headers: { 'content-type': 'application/xml' },
    body: Buffer.from(answer),
    jobId: job.id,
  };
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
