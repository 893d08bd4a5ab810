// Temporal's remote codec protocol: decrypts payloads for Temporal Web and the `temporal` command, by role.
export { startCodecServer, type CodecServer } from './start-codec-server.js';
