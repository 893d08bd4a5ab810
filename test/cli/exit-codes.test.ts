import assert from 'node:assert/strict';
import { CommanderError } from 'commander';
import { exitCodeOf, exitCodeOfOutcome } from '@signering/cli/internal/exit-codes.js';
import { reportFailure } from '@signering/cli/internal/failure-report.js';
import { SigningFailedError } from '@signering/client/internal/errors.js';
import { ERROR_CODES, ruleOfErrorCode, SIGNING_OUTCOMES, SigningError } from '@signering/schema';

/** Reports an error of a command line with these words. */
function report(error: unknown, ...args: readonly string[]) {
  let [stdout, stderr] = ['', ''];
  const exitCode = reportFailure(error, {
    env: {},
    args,
    writeError: (text) => (stderr += text),
    writeOutput: (text) => (stdout += text),
  });
  return { exitCode, stdout, stderr };
}

describe('exit codes', () => {
  it('are 75 for every retryable error, 2 for every other correctable one, and 1 for the rest', () => {
    for (const code of ERROR_CODES) {
      const { retryable, correctable } = ruleOfErrorCode(code);
      const expected = retryable ? 75 : correctable ? 2 : 1;
      assert.equal(exitCodeOf(new SigningError(code, 'It failed.')), expected, code);
    }
    assert.equal(exitCodeOf(new SigningError({ code: 'OF_A_LATER_VERSION', retryable: true }, 'Later.')), 75);
    assert.equal(exitCodeOf(new SigningError({ code: 'OF_A_LATER_VERSION', retryable: false }, 'Later.')), 1);
    assert.equal(exitCodeOf(new TypeError('a bug')), 1);
  });

  it('are 1 for a signing process that failed of a temporary cause: repeating the command shows the same', () => {
    const options = { reference: 'r', code: 'STORAGE_UNAVAILABLE', reason: 'the disk is full.' } as const;
    const error = new SigningFailedError(options);
    assert.equal(exitCodeOf(error), 1);
    assert.deepEqual([error.retryable, error.failure.retryable], [false, true]);
    assert.deepEqual(error.toJSON().failure, { ...error.failure, code: 'STORAGE_UNAVAILABLE' });
  });

  it('of --exit-status differ for each outcome, and from those of failures', () => {
    const codes = [...SIGNING_OUTCOMES, 'OF_A_LATER_VERSION'].map(exitCodeOfOutcome);
    assert.equal(new Set(codes).size, codes.length);
    assert.equal(exitCodeOfOutcome('SIGNED'), 0);
    assert.deepEqual(
      codes.filter((code) => [1, 2, 3, 10, 75].includes(code)),
      [],
    );
  });
});

describe('the report of a failure with --json', () => {
  it('has the members of the error, without identity numbers, and the sentence for people beside it', () => {
    const error = new SigningError('SERVICE_UNAVAILABLE', 'No answer about 30859100003.', {
      httpStatus: 503,
      retryAfterMs: 60_000,
    });
    const { exitCode, stdout, stderr } = report(error, 'status', 'r', '--json');
    assert.equal(exitCode, 75);
    const { message, ...parts } = (JSON.parse(stdout) as { error: { message: string } }).error;
    assert.deepEqual(parts, {
      code: 'SERVICE_UNAVAILABLE',
      retryable: true,
      facts: { httpStatus: 503, retryAfterMs: 60_000 },
    });
    assert.doesNotMatch(message, /\d{11}/u);
    assert.equal(stderr, `signering: ${message} [SERVICE_UNAVAILABLE]\n`);
    assert.equal(stdout.split('\n').length, 2, 'one line');
  });

  it('names a bug and a wrong option, and is absent without the option, and for help', () => {
    const codeOf = (error: unknown): unknown =>
      (JSON.parse(report(error, '--json').stdout) as { error: { code: unknown } }).error.code;
    assert.equal(codeOf(new TypeError('x is undefined')), 'INTERNAL_ERROR');
    assert.equal(
      codeOf(new CommanderError(1, 'commander.unknownOption', 'error: unknown')),
      'INVALID_REQUEST',
    );
    assert.equal(report(new TypeError('x'), 'status', '--', '--json').stdout, '');
    const help = new CommanderError(0, 'commander.helpDisplayed', '(outputHelp)');
    assert.deepEqual(report(help, 'status', '--help', '--json'), { exitCode: 0, stdout: '', stderr: '' });
  });
});
