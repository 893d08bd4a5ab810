import assert from 'node:assert/strict';
import { StatusQueryTokens, type BroughtToken } from '@signering/workflows/internal/status-query-tokens.js';

const HOUR_MS = 60 * 60_000;
const FORTY_DAYS_MS = 40 * 24 * HOUR_MS;

/** A token of a visit with a proof, or without one. */
const proved = (statusQueryToken: string): BroughtToken => ({ statusQueryToken, proved: true });
const unproved = (statusQueryToken: string): BroughtToken => ({ statusQueryToken, proved: false });
const names = (tokens: readonly BroughtToken[]) => tokens.map(({ statusQueryToken }) => statusQueryToken);

/** The number of fetches in the life of a direct job, with all tokens together. */
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

  it('are tried half a minute after they arrive, and then at growing intervals', () => {
    const tokens = new StatusQueryTokens();
    tokens.answer(proved('first'), 0);
    const times = [0, 1, 2].map(() => {
      const at = tokens.nextQuestion!;
      tokens.beginQuestion(at);
      return at;
    });
    assert.deepEqual(times, [30_000, 90_000, 210_000]);
    tokens.answer(proved('second'), 300_000);
    assert.equal(tokens.nextQuestion, 330_000);
  });

  it('are tried once an hour for weeks, also when a browser keeps reloading its page', () => {
    const tokens = new StatusQueryTokens();
    tokens.answer(proved('token'), 0);
    const questions = questionsIn40Days(tokens, (now) => tokens.answer(proved('token'), now + 1));
    assert.ok(questions > 900 && questions < 1000, `${questions} questions`);
  });

  it('are tried no more often in total when many are kept that the service cannot answer', () => {
    const tokens = new StatusQueryTokens();
    for (let token = 0; token < 50; token += 1) tokens.keep(proved(`token-${token}`), 0);
    assert.equal(tokens.toAskWith.length, 20);
    assert.equal(tokens.toAskWith[0]?.statusQueryToken, 'token-49');
    const questions = questionsIn40Days(tokens, (now) => tokens.keep(proved('token-49'), now + 1));
    assert.ok(questions < 1300, `${questions} questions`);
  });

  it('from a signal are tried at once with a proof, and later without', () => {
    const tokens = new StatusQueryTokens();
    tokens.leave(unproved('made-up'), 5);
    assert.equal(tokens.nextQuestion, 30_005);
    tokens.leave(unproved('made-up-too'), 20_000);
    assert.equal(tokens.nextQuestion, 30_005, 'one more without a proof must not delay the question');
    tokens.leave(proved('token'), 20_001);
    assert.deepEqual([tokens.nextQuestion, names(tokens.toAskWith)[0]], [20_001, 'token']);
    tokens.beginQuestion(20_001);
    tokens.answer(proved('token'), 20_002);
    assert.equal(tokens.nextQuestion, 50_002);
    tokens.leave(proved('token'), 20_003);
    assert.deepEqual([tokens.nextQuestion, names(tokens.toAskWith)], [20_003, ['token']]);
  });

  it('are not asked with any more when the service has refused them, or answers another one', () => {
    const tokens = new StatusQueryTokens();
    for (const token of ['one', 'two', 'three']) tokens.keep(proved(token), 0);
    tokens.refuse(proved('two'));
    assert.deepEqual(names(tokens.toAskWith), ['three', 'one']);
    tokens.answer(proved('three'), 0);
    assert.deepEqual(names(tokens.toAskWith), ['three']);
    tokens.refuse(proved('three'));
    assert.deepEqual(
      names(tokens.toAskWith),
      ['three'],
      'the service may err: what it has answered once stays',
    );
  });

  it('are kept for the last question, also refused ones: the answered one, then those with a proof', () => {
    const tokens = new StatusQueryTokens();
    tokens.refuse(proved('refused'));
    tokens.keep(unproved('made-up'), 0);
    tokens.keep(proved('kept'), 0);
    tokens.answer(unproved('answered'), 0);
    assert.deepEqual(names(tokens.all), ['answered', 'kept', 'refused', 'made-up']);
  });

  it('with a proof are not crowded out by 1,000 without one', () => {
    const tokens = new StatusQueryTokens();
    tokens.keep(proved('kept'), 0);
    tokens.refuse(proved('refused'));
    for (let count = 0; count < 1000; count += 1) {
      tokens.refuse(unproved(`refused-${count}`));
      tokens.leave(unproved(`left-${count}`), 0);
    }
    assert.equal(tokens.all.length, 200);
    assert.deepEqual(names(tokens.all).slice(0, 2), ['kept', 'refused']);
    assert.equal(names(tokens.toAskWith)[0], 'kept');
  });

  it('that came without a proof count as proved when they come again with one', () => {
    const tokens = new StatusQueryTokens();
    tokens.keep(unproved('token'), 0);
    tokens.keep(proved('token'), 0);
    tokens.keep(unproved('token'), 0);
    assert.deepEqual(tokens.all, [proved('token')]);
  });
});
