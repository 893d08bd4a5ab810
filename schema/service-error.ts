/** The body of an error response. Spec: common.xsd, error. */
export interface ServiceError {
  readonly errorCode: string;
  readonly errorMessage: string;
  /** `CLIENT`, or another value of the service. */
  readonly errorType: string;
}
