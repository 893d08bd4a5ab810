import assert from 'node:assert/strict';
import { StatusQueryTokens } from '../../workflows/status-query-tokens.js';

const HOUR_MS = 60 * 60_000;
const FORTY_DAYS_MS = 40 * 24 * HOUR_MS;

/** How often is asked in all the time that a direct job may be asked for, with all tokens together. */
function questionsIn40Days(tokens: StatusQueryTokens, inBetween: (now: number) => void = () => undefined) {
  let questions = 0;
  for (
    let now = tokens.nextQuestion ?? Infinity;
    now < FORTY_DAYS_MS;
    now = tokens.nextQuestion ?? Infinity
  ) {
    questions += tokens.toAskWith.length;
    tokens.beginQuestion(now);
    inBetween(now);
  }
  return questions;
}

describe('the tokens of signers who came back', () => {
  it('are none to ask with until one came', () => {
    assert.equal(new StatusQueryTokens().nextQuestion, undefined);
  });

  it('are asked with half a minute after they came, and then more and more seldom', () => {
    const tokens = new StatusQueryTokens();
    tokens.prove('first', 0);
    const times = [0, 1, 2].map(() => {
      const at = tokens.nextQuestion!;
      tokens.beginQuestion(at);
      return at;
    });
    assert.deepEqual(times, [30_000, 90_000, 210_000]);
    tokens.prove('second', 300_000);
    assert.equal(tokens.nextQuestion, 330_000);
  });

  it('are asked with once an hour for weeks, also when a browser reloads its page all the time', () => {
    const tokens = new StatusQueryTokens();
    tokens.prove('token', 0);
    const questions = questionsIn40Days(tokens, (now) => tokens.prove('token', now + 1));
    assert.ok(questions > 900 && questions < 1000, `${questions} questions`);
  });

  it('are asked with no more often in all when many are kept that nobody can try', () => {
    const tokens = new StatusQueryTokens();
    for (let token = 0; token < 50; token += 1) tokens.keep(`token-${token}`, 0);
    assert.equal(tokens.toAskWith.length, 20);
    assert.equal(tokens.toAskWith.at(-1), 'token-49');
    const questions = questionsIn40Days(tokens, (now) => tokens.keep('token-49', now + 1));
    assert.ok(questions < 1300, `${questions} questions`);
  });

  it('are asked with at once when they were left while nobody could take them', () => {
    const tokens = new StatusQueryTokens();
    tokens.leave('token', 5);
    assert.deepEqual([tokens.nextQuestion, tokens.toAskWith], [5, ['token']]);
    tokens.beginQuestion(5);
    tokens.prove('token', 6);
    assert.equal(tokens.nextQuestion, 30_006);
    tokens.leave('token', 7);
    assert.deepEqual([tokens.nextQuestion, tokens.toAskWith], [7, ['token']]);
  });

  it('are forgotten when they are none of this job, or when one is proved', () => {
    const tokens = new StatusQueryTokens();
    for (const token of ['one', 'two', 'three']) tokens.keep(token, 0);
    tokens.drop('two');
    assert.deepEqual(tokens.toAskWith, ['one', 'three']);
    tokens.prove('three', 0);
    assert.deepEqual(tokens.toAskWith, ['three']);
    tokens.drop('three');
    assert.deepEqual(tokens.toAskWith, ['three'], 'the service may err: what it has answered once stays');
  });
});
