/**
 * What a sender notes about a job for itself, such as its own case number: at most 20 members. The service never gets it.
 * It is encrypted outside the archive, so values may be personal; keys must not.
 */
export type JobMetadata = Readonly<Record<string, string>>;
