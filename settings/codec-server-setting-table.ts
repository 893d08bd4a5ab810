import type { Setting } from './setting-table.js';

const CODEC = ['codec-server'] as const;

/** The variables that only the codec server reads. */
export const CODEC_SERVER_SETTINGS = [
  {
    name: 'SIGNERING_CODEC_LISTEN',
    meaning:
      'address of the [codec server](docs/operating.md#the-codec-server), `host:port`; port 0 chooses a free one',
    default: '127.0.0.1:8081',
    readBy: CODEC,
    required: false,
  },
  {
    name: 'SIGNERING_CODEC_ORIGINS',
    meaning:
      'origins of Temporal Web that may call the codec server from a browser, separated by commas, such as `https://temporal.example.com`; not set: no browser may',
    readBy: CODEC,
    required: false,
  },
  {
    name: 'SIGNERING_CODEC_ISSUER',
    meaning:
      'OpenID Connect issuer of the tokens (claim `iss`); required with the next two, unless there are static tokens',
    readBy: CODEC,
    required: false,
  },
  {
    name: 'SIGNERING_CODEC_AUDIENCE',
    meaning: 'audience that a token must have (claim `aud`)',
    readBy: CODEC,
    required: false,
  },
  {
    name: 'SIGNERING_CODEC_JWKS',
    meaning: "URL of the issuer's keys (`jwks_uri`), https",
    readBy: CODEC,
    required: false,
  },
  {
    name: 'SIGNERING_CODEC_ROLES_CLAIM',
    meaning: 'claim with the roles of the caller: a name, or a path such as `realm_access.roles`',
    default: 'roles',
    readBy: CODEC,
    required: false,
  },
  {
    name: 'SIGNERING_CODEC_NAME_CLAIM',
    meaning: 'claim that names the caller in the audit log',
    default: 'sub',
    readBy: CODEC,
    required: false,
  },
  {
    name: 'SIGNERING_CODEC_MASKED_ROLE',
    meaning: 'value of the claim for the role MASKED',
    default: 'signering-masked',
    readBy: CODEC,
    required: false,
  },
  {
    name: 'SIGNERING_CODEC_FULL_ROLE',
    meaning: 'value of the claim for the role FULL',
    default: 'signering-full',
    readBy: CODEC,
    required: false,
  },
  {
    name: 'SIGNERING_CODEC_ENCODE_ROLE',
    meaning: 'value of the claim for the role ENCODE',
    default: 'signering-encode',
    readBy: CODEC,
    required: false,
  },
  {
    name: 'SIGNERING_CODEC_TOKENS',
    meaning: 'file with static tokens instead of OpenID Connect, for development on a loopback address',
    readBy: CODEC,
    required: false,
  },
  {
    name: 'SIGNERING_CODEC_AUDIT_LOG',
    meaning: 'file for the audit log of the codec server; not set: standard output',
    readBy: CODEC,
    required: false,
  },
] as const satisfies readonly Setting[];
