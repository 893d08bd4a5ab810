import {
  SEARCH_ATTRIBUTE_TYPES,
  SIGNING_SEARCH_ATTRIBUTES,
  searchAttributeCommand,
} from '@signering/contract';
import type { Check } from '../check.js';
import { failed, notChecked, passed, type Finding } from '../finding.js';
import { noTemporal, temporalRefusal } from '../temporal-refusal.js';

type SearchAttributes = readonly (typeof SIGNING_SEARCH_ATTRIBUTES)[number][];

/** The namespace has the search attributes that every job requires. */
export const searchAttributesCheck: Check = {
  name: 'searchAttributes',
  title: 'Search attributes',
  neededBy: ['client', 'worker'],
  after: ['namespace'],
  run: async (examination) => {
    const { namespace, connection } = examination.temporalSettings();
    try {
      const { customAttributes } = await examination.temporal(({ operatorService }) =>
        operatorService.listSearchAttributes({ namespace }),
      );
      return findingFor(namespace, customAttributes);
    } catch (error) {
      const refusal = temporalRefusal(error);
      if (refusal === 'NO_ANSWER' || refusal === 'UNAUTHENTICATED') {
        return failed(noTemporal(connection.address, error));
      }
      const wanted = SIGNING_SEARCH_ATTRIBUTES.map(
        ({ name, type }) => `${name} (${SEARCH_ATTRIBUTE_TYPES[type].name})`,
      );
      return notChecked(
        `Temporal does not permit us to list them; ask its operator whether these exist: ${wanted.join(', ')}`,
      );
    }
  },
};

function findingFor(namespace: string, existing: Readonly<Record<string, number>>): Finding {
  const missing = SIGNING_SEARCH_ATTRIBUTES.filter(({ name }) => !(name in existing));
  const wrong = SIGNING_SEARCH_ATTRIBUTES.filter(
    ({ name, type }) => name in existing && existing[name] !== SEARCH_ATTRIBUTE_TYPES[type].number,
  );
  if (missing.length === 0 && wrong.length === 0) {
    return passed(SIGNING_SEARCH_ATTRIBUTES.map(({ name }) => name).join(', '));
  }
  const names = (keys: SearchAttributes): string => keys.map(({ name }) => name).join(', ');
  return failed(
    ...(missing.length === 0
      ? []
      : [
          {
            what: `Missing: ${names(missing)}. No job can start without them.`,
            nextStep: `Start a worker, which registers them; if it has no permission: ${searchAttributeCommand(namespace, missing)}`,
            mender: 'SURROUNDINGS' as const,
            retryable: true,
          },
        ]),
    ...(wrong.length === 0
      ? []
      : [
          {
            what: `Of the wrong type: ${names(wrong)}.`,
            nextStep:
              'Another system uses these names in this namespace: give this product a separate namespace (TEMPORAL_NAMESPACE).',
            mender: 'SETTINGS' as const,
          },
        ]),
  );
}
