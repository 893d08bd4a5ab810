/** The body of an error answer. Spec: common.xsd, error. */
export interface ServiceError {
  readonly errorCode: string;
  readonly errorMessage: string;
  /** `CLIENT`, or what else the service says. */
  readonly errorType: string;
}
