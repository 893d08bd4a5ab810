import { z } from 'zod';

const Certificate = z.object({ file: z.string(), password: z.string() });

const Announcement = z.object({
  apiUrl: z.string(),
  pagesUrl: z.string(),
  adminUrl: z.string(),
  organizationNumber: z.string(),
  organizationName: z.string(),
  serverOrganizationNumber: z.string(),
  certificate: Certificate,
  otherCertificates: z.record(z.string(), Certificate.extend({ organizationNumber: z.string() })),
  trustedCertificates: z.string(),
  emails: z.object({ smtpUrl: z.string(), pageUrl: z.string() }),
  login: z
    .object({ issuer: z.string(), clientId: z.string(), clientSecret: z.string(), manager: z.string() })
    .exactOptional(),
});

/** The line of JSON that `signering sandbox` prints when it is ready, with everything a sender's system needs. */
export type SandboxAnnouncement = z.infer<typeof Announcement>;

/** Finds the announcement in the sandbox's output so far. */
export function findAnnouncement(printed: string): SandboxAnnouncement | undefined {
  // A line without a line break may be incomplete.
  for (const line of printed.split('\n').slice(0, -1)) {
    if (line.startsWith('{')) return Announcement.parse(JSON.parse(line));
  }
  return undefined;
}
