import assert from 'node:assert/strict';
import { fileURLToPath } from 'node:url';
import { InvalidInputError } from '@signering/schema';
import { loadWorkerSettings } from '@signering/settings';

const WORKER = {
  SIGNERING_ORGANIZATION: '910000007',
  SIGNERING_STORAGE: '/srv/signering',
  SIGNERING_KEYS: `a:${Buffer.alloc(32, 1).toString('base64')}`,
  // Only looked at for whether it can be read.
  SIGNERING_CERTIFICATE: fileURLToPath(import.meta.url),
  SIGNERING_API_URL: 'difitest',
};

describe('settings of retention', () => {
  it('are days, within the limits that the service and the clients set', () => {
    const days = {
      SIGNERING_RETENTION_DOCUMENTS_DAYS: '30',
      SIGNERING_RETENTION_SERVICE_DAYS: '7',
      SIGNERING_RETENTION_ARCHIVE_DAYS: '3650',
    };
    assert.deepEqual(loadWorkerSettings({ ...WORKER, ...days }).retention, {
      documentsDays: 30,
      serviceCopiesDays: 7,
      archiveDays: 3650,
    });
    for (const [name, ...values] of [
      ['SIGNERING_RETENTION_DOCUMENTS_DAYS', '1', '0', '2d', '36501'],
      ['SIGNERING_RETENTION_SERVICE_DAYS', '0', '40', '1.5'],
      ['SIGNERING_RETENTION_ARCHIVE_DAYS', '29', '36501'],
    ] as const) {
      for (const value of values) {
        assert.throws(
          () => loadWorkerSettings({ ...WORKER, [name]: value }),
          (error) => error instanceof InvalidInputError && error.problems[0]?.path === name,
          value,
        );
      }
    }
  });
});
