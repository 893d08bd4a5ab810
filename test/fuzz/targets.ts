import type { FuzzTarget } from './fuzz-target.js';
import { MULTIPART_TARGET } from './multipart-target.js';
import { PDF_TO_SEND_TARGET, SIGNED_PDF_TARGET } from './pdf-target.js';
import { PKCS12_TARGET } from './pkcs12-target.js';
import { XML_TARGET } from './xml-target.js';
import { ZIP_TARGET } from './zip-target.js';

/** Every parser of what comes from elsewhere; a new one joins here. */
export const FUZZ_TARGETS: readonly FuzzTarget[] = [
  XML_TARGET,
  MULTIPART_TARGET,
  ZIP_TARGET,
  PDF_TO_SEND_TARGET,
  SIGNED_PDF_TARGET,
  PKCS12_TARGET,
];
