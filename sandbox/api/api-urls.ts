import type {
  CancellationUrl,
  ConfirmationUrl,
  DeleteDocumentsUrl,
  PadesUrl,
  SignerUrl,
  StatusUrl,
  XadesUrl,
} from '@signering/schema';
import type { JobSigner, SandboxJob } from '../jobs/job.js';

/** The URLs of one job, as answers give them out. */
export interface JobUrls {
  readonly confirmation: ConfirmationUrl;
  readonly cancellation: CancellationUrl;
  readonly deleteDocuments: DeleteDocumentsUrl;
  readonly pades: PadesUrl;
  /** Direct flow only, as what follows. */
  readonly status: StatusUrl;
  readonly signer: (signer: JobSigner) => SignerUrl;
  readonly xades: (signer: JobSigner) => XadesUrl;
}

/** Builds a job's URLs under the API's root. Spec: the official sample messages. */
export function urlsOf(job: SandboxJob, apiUrl: string): JobUrls {
  const root = `${apiUrl}/${job.organizationNumber}/${job.flow.toLowerCase()}/signature-jobs/${job.id}`;
  return {
    confirmation: `${root}/complete` as ConfirmationUrl,
    cancellation: `${root}/cancel` as CancellationUrl,
    deleteDocuments: root as DeleteDocumentsUrl,
    pades: `${root}/pades` as PadesUrl,
    status: `${root}/status` as StatusUrl,
    signer: (signer) => `${root}/signers/${signer.number}` as SignerUrl,
    xades: (signer) => `${root}/xades/${signer.id}` as XadesUrl,
  };
}
