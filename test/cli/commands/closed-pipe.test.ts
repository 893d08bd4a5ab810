import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { SIGNERING_COMMAND } from '../../../cli/local-stack/index.js';

describe('a command whose reader stops reading', () => {
  it('ends quietly, without a stack trace', async () => {
    const command = spawn(process.execPath, [SIGNERING_COMMAND, '--help']);
    // Closed before the command can print anything.
    command.stdout.destroy();
    const [errors] = await Promise.all([text(command.stderr), once(command, 'exit')]);
    assert.equal(errors, '');
    assert.equal(command.exitCode, 0);
  });
});
