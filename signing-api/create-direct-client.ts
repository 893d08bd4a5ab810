import {
  readDirectSignatureJobResponse,
  readDirectSignatureJobStatus,
  readDirectSignerResponse,
  writeDirectSignatureJobManifest,
  writeDirectSignatureJobRequest,
  writeDirectSignerUpdateRequest,
} from '@signering/schema/xml';
import { createSignatureJob } from './create-signature-job.js';
import { createSignedDocumentsClient } from './create-signed-documents-client.js';
import type { DirectClient } from './direct-client.js';
import { fetchStatusChange } from './fetch-status-change.js';
import type { HttpExchange } from './http-exchange.js';
import { checkDirectJob } from './new-job-rules.js';
import { createXmlBody } from './request-body.js';
import { urlFromService, urlOfSender } from './service-url.js';
import type { ResolvedSigningApiOptions } from './signing-api-options.js';
import { statusQueryUrl } from './status-query-url.js';
import { readXmlAnswer } from './xml-answer.js';

/** The direct flow over HTTP. */
export function createDirectClient(exchange: HttpExchange, options: ResolvedSigningApiOptions): DirectClient {
  const flow = 'direct';
  const timeoutMs = options.timeouts.answerTimeoutMs;
  return {
    ...createSignedDocumentsClient(exchange, options),

    createSignatureJob: async (job, { signal, priority = 'person', beforeSending } = {}) => {
      const { request, manifest, documents } = job;
      checkDirectJob(job, options.sector);
      return createSignatureJob({
        url: urlOfSender(options.apiUrl, manifest.sender.organizationNumber, flow, 'signature-jobs'),
        // Its first signer looks at the sender's web site meanwhile.
        priority,
        outgoing: {
          flow,
          organizationNumber: manifest.sender.organizationNumber,
          ...(request.reference !== undefined && { reference: request.reference }),
        },
        request: writeDirectSignatureJobRequest(request),
        manifest: writeDirectSignatureJobManifest(manifest),
        documents,
        exchange,
        options,
        read: readDirectSignatureJobResponse,
        signal,
        beforeSending,
      });
    },

    requestRedirectUrl: async (signerUrl, callOptions = {}) => {
      const operation = 'redirectUrl';
      const url = urlFromService(operation, signerUrl);
      const body = () => Promise.resolve(createXmlBody(writeDirectSignerUpdateRequest()));
      const answer = await exchange.send({ operation, method: 'POST', url, body, ...callOptions });
      return readXmlAnswer({
        operation,
        exchange,
        answer,
        timeoutMs,
        signal: callOptions.signal,
        read: readDirectSignerResponse,
      });
    },

    fetchStatus: async (query, callOptions = {}) => {
      const operation = 'fetchStatus';
      const url = statusQueryUrl(query);
      const answer = await exchange.send({ operation, method: 'GET', url, ...callOptions });
      return readXmlAnswer({
        operation,
        exchange,
        answer,
        timeoutMs,
        signal: callOptions.signal,
        read: readDirectSignatureJobStatus,
      });
    },

    fetchStatusChange: async (queue, callOptions) =>
      fetchStatusChange({ flow, queue, exchange, options, read: readDirectSignatureJobStatus, callOptions }),
  };
}
