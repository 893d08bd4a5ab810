import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import { SIGNERING_COMMAND } from '@signering/dev-stack/internal/processes/index.js';

describe('a command whose output is closed or cannot be written', () => {
  it('exits without a stack trace when the reader of its output stops', async () => {
    const command = spawn(process.execPath, [SIGNERING_COMMAND, '--help']);
    // Closed before the command can print anything.
    command.stdout.destroy();
    const [errors] = await Promise.all([text(command.stderr), once(command, 'exit')]);
    assert.equal(errors, '');
    assert.equal(command.exitCode, 0);
  });

  it('says that its output cannot be written, such as to a full disk', async function () {
    if (!existsSync('/dev/full')) this.skip();
    const command = spawn('bash', [
      '-c',
      '"$0" "$1" --help > /dev/full',
      process.execPath,
      SIGNERING_COMMAND,
    ]);
    const [errors] = await Promise.all([text(command.stderr), once(command, 'exit')]);
    assert.equal(
      errors,
      'signering: The output cannot be written (ENOSPC): check where it is redirected to.\n',
    );
    assert.equal(command.exitCode, 1);
  });
});
