// Every kind of fault: a new kind is one file and one line here.
import type { FaultKind } from './fault-kind.js';
import { clockSkew } from './kinds/clock-skew.js';
import { corrupted } from './kinds/corrupted.js';
import { delay } from './kinds/delay.js';
import { foreignChange } from './kinds/foreign-change.js';
import { huge } from './kinds/huge.js';
import { malformedXml } from './kinds/malformed-xml.js';
import { repeatedDelivery } from './kinds/repeated-delivery.js';
import { reset } from './kinds/reset.js';
import { status } from './kinds/status.js';
import { truncated } from './kinds/truncated.js';
import { unknownElements } from './kinds/unknown-elements.js';
import { unknownSignerStatus } from './kinds/unknown-signer-status.js';
import { wrongContentLength } from './kinds/wrong-content-length.js';
import { wrongContentType } from './kinds/wrong-content-type.js';

export const FAULT_KINDS: readonly FaultKind[] = [
  delay,
  status,
  reset,
  truncated,
  corrupted,
  malformedXml,
  wrongContentType,
  wrongContentLength,
  huge,
  repeatedDelivery,
  foreignChange,
  unknownSignerStatus,
  unknownElements,
  clockSkew,
];
