import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { readEnvFile, writeEnvFile } from '@signering/settings';
import { freshFolder } from '../fixtures/index.js';

describe('the settings file of a local stack', () => {
  it('passes values with shell metacharacters unchanged to commands and to a shell', () => {
    const file = join(freshFolder('env-file'), 'dev.env');
    const settings = {
      SIGNERING_PROXY: 'http://user:a$HOME`id`"\\@proxy:3128',
      SIGNERING_USER_AGENT: "Kari's archive",
    };
    writeEnvFile(file, settings);
    assert.deepEqual({ ...readEnvFile(file) }, settings);
    const script = `set -a; . "${file}"; printf '%s\\n%s' "$SIGNERING_PROXY" "$SIGNERING_USER_AGENT"`;
    const output = execFileSync('bash', ['-c', script], { encoding: 'utf8' });
    assert.deepEqual(output.split('\n'), Object.values(settings));
  });
});
