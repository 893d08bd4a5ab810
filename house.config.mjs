// Who may import whom: the one table behind the lint rule and the picture in CONTRIBUTING.md.
// Everyone may also import `schema`. A name ending in `(types)` may be imported as types only.
// `contract/schemas` is a door of its own: no workflow bundles a validator.
// `document-package/inspection` is a door of its own: what a document must be to be sent, without any cryptography.
export const HOUSE = {
  schema: [],
  signatures: [],
  'document-package': ['signatures'],
  'signing-api': ['document-package', 'document-package/inspection', 'signatures'],
  storage: ['encryption', 'contract (types)'],
  encryption: [],
  settings: ['encryption', 'signatures (types)'],
  contract: [],
  activities: ['contract', 'signing-api', 'storage', 'encryption (types)', 'signatures', 'document-package'],
  workflows: ['contract', 'activities (types)'],
  worker: [
    'activities',
    'contract',
    'contract/schemas',
    'workflows (types)',
    'encryption',
    'settings',
    'signing-api',
    'storage',
    'signatures',
  ],
  client: [
    'contract',
    'contract/schemas',
    'storage',
    'encryption',
    'settings',
    'document-package/inspection',
  ],
  sandbox: ['document-package', 'document-package/inspection', 'signatures'],
};

/** Rooms that may import anything. */
export const OPEN_ROOMS = ['cli', 'test', 'bench', 'scripts', 'docs'];

/** Doors besides a room's `index.ts`. */
export const SECOND_DOORS = { schema: ['xml'], contract: ['schemas'], 'document-package': ['inspection'] };
