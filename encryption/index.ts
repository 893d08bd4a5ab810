// Keys, and the payload codec of client and worker.
export { createDataConverter } from './data-converter.js';
export {
  createFileCipher,
  keyIdOfStoredFile,
  storedFileKeyId,
  type FileCipher,
  type FilePlace,
} from './file-cipher.js';
export { createJsonEncryption, type EncryptedJson, type JsonEncryption } from './json-encryption.js';
export {
  checkKeyFingerprints,
  checkKeysOfWorkers,
  keyFingerprint,
  type KeyFingerprintStore,
} from './key-fingerprints.js';
export { KeyMismatchError } from './key-mismatch-error.js';
export {
  formatKeys,
  generateKey,
  isKeyId,
  KEY_BYTES,
  parseKeys,
  type EncryptionKey,
  type EncryptionKeys,
} from './keys.js';
export { createPayloadCodec, encryptionKeyIdOf, isEncrypted, refuseUnencrypted } from './payload-codec.js';
