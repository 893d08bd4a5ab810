import proto from '@temporalio/proto';
import { SIGNING_SEARCH_ATTRIBUTES } from '@signering/contract';
import type { Check } from '../check.js';
import { failed, notChecked, passed, type Finding } from '../finding.js';
import { noTemporal, temporalRefusal } from '../temporal-refusal.js';

const { IndexedValueType } = proto.temporal.api.enums.v1;

type SearchAttributes = readonly (typeof SIGNING_SEARCH_ATTRIBUTES)[number][];

/** Type names of the `temporal` CLI. */
const TYPE_NAMES = { KEYWORD: 'Keyword', DATETIME: 'Datetime' } as const;

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
      const wanted = SIGNING_SEARCH_ATTRIBUTES.map(({ name, type }) => `${name} (${TYPE_NAMES[type]})`);
      return notChecked(
        `Temporal does not permit us to list them; ask its operator whether these exist: ${wanted.join(', ')}`,
      );
    }
  },
};

function findingFor(namespace: string, existing: Readonly<Record<string, number>>): Finding {
  const missing = SIGNING_SEARCH_ATTRIBUTES.filter(({ name }) => !(name in existing));
  const wrong = SIGNING_SEARCH_ATTRIBUTES.filter(
    ({ name, type }) => name in existing && existing[name] !== IndexedValueType[`INDEXED_VALUE_TYPE_${type}`],
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
            nextStep: `Start a worker, which registers them; if it has no permission: ${createCommand(namespace, missing)}`,
            mender: 'SURROUNDINGS' as const,
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

function createCommand(namespace: string, missing: SearchAttributes): string {
  const each = missing.map(({ name, type }) => `--name ${name} --type ${TYPE_NAMES[type]}`);
  return `temporal operator search-attribute create --namespace ${namespace} ${each.join(' ')}`;
}
