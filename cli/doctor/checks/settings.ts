import { sentence } from '@signering/schema';
import type { InspectedSettings } from '@signering/settings';
import type { Check } from '../check.js';
import { failed, passed, type Finding, type Trouble } from '../finding.js';

const SET_THEM =
  'Set them in the environment or in .env of this folder; README.md, Settings, lists them all.';

/** Every environment variable of a worker or a client is present and valid. */
export const settingsCheck: Check = {
  name: 'settings',
  title: 'Settings',
  neededBy: ['client', 'worker'],
  after: [],
  run: ({ settings }) => Promise.resolve(findingFor(settings)),
};

function findingFor(settings: InspectedSettings): Finding {
  const { problems } = settings;
  if (problems.length === 0) return passed('nothing is missing or wrong', oddities(settings));
  const said = [
    ...problems.map(({ path, message }) => sentence(`${path}: ${message}`)),
    ...oddities(settings),
  ];
  return failed(
    ...said.map((what, index): Trouble => {
      const isLast = index === said.length - 1;
      return { what, ...(isLast && { nextStep: SET_THEM }), mender: 'SETTINGS' };
    }),
  );
}

function oddities({ unknown, exposed, values }: InspectedSettings): readonly string[] {
  const odd = [
    ...unknown.map((name) => `${name} is not a setting of this product: correct its name, or remove it.`),
    ...exposed,
  ];
  if (values.SIGNERING_DUMP_PACKAGES === undefined) return odd;
  return [
    ...odd,
    'SIGNERING_DUMP_PACKAGES is set, so its folder fills with personal data: remove it when the problem is found.',
  ];
}
