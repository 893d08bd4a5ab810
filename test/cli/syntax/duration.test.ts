import assert from 'node:assert/strict';
import { formatMilliseconds, parseDuration } from '@signering/cli/internal/syntax/duration.js';
import { formatMoment, parseMoment, whatIsWrongWithMoment } from '@signering/cli/internal/syntax/moment.js';

describe('durations and points in time on the command line', () => {
  it('a duration is a number and d, h, m or s, or several of them', () => {
    assert.equal(parseDuration('14d'), 1_209_600);
    assert.equal(parseDuration('12h'), 43_200);
    assert.equal(parseDuration('30m'), 1800);
    assert.equal(parseDuration('5s'), 5);
    assert.equal(parseDuration('1d12h'), 129_600);
  });

  it('anything else is invalid', () => {
    for (const text of ['', '14', 'd', '14 d', '-1d', '1.5h', '14days', '99999999d']) {
      assert.equal(parseDuration(text), undefined, text);
    }
  });

  it('a point in time is ISO 8601, local unless it names an offset', () => {
    assert.equal(parseMoment('2026-12-01T08:00Z')?.toISOString(), '2026-12-01T08:00:00.000Z');
    assert.equal(parseMoment('2026-12-01T08:00+01:00')?.toISOString(), '2026-12-01T07:00:00.000Z');
    assert.equal(parseMoment('2026-12-01T08:00')?.getHours(), 8);
    for (const text of ['', 'tomorrow', '2026-12-01', '2026-13-01T08:00', '1.12.2026']) {
      assert.equal(parseMoment(text), undefined, text);
    }
  });

  it('a day that does not exist is invalid', () => {
    for (const text of [
      '2026-02-30T10:00',
      '2027-02-29T10:00Z',
      '2026-11-31T23:00-05:00',
      '2026-11-00T10:00',
    ]) {
      assert.equal(parseMoment(text), undefined, text);
    }
    assert.equal(parseMoment('2028-02-29T23:30-05:00')?.toISOString(), '2028-03-01T04:30:00.000Z');
  });

  it('a local time that a clock change skips or repeats is invalid, and both offsets are named', () => {
    const zone = process.env['TZ'];
    process.env['TZ'] = 'Europe/Oslo';
    try {
      for (const [text, wrong, offsets] of [
        ['2027-03-28T02:30', /does not exist in local time/u, ['+01:00', '+02:00']],
        ['2027-10-31T02:00', /exists twice in local time/u, ['+02:00', '+01:00']],
        ['2027-10-31T02:59:59', /exists twice in local time/u, ['+02:00', '+01:00']],
      ] as const) {
        const message = whatIsWrongWithMoment(text) ?? '';
        assert.match(message, wrong);
        for (const offset of offsets) {
          assert.ok(message.includes(`${text}${offset}`), message);
          assert.ok(parseMoment(`${text}${offset}`) !== undefined);
        }
        assert.equal(parseMoment(text), undefined, text);
      }
      for (const text of [
        '2027-03-28T01:59',
        '2027-03-28T03:00',
        '2027-10-31T01:59',
        '2027-10-31T03:00',
        '2027-03-27T02:30',
        '2027-06-01T02:30',
      ]) {
        assert.equal(formatMoment(parseMoment(text) ?? 'none'), text.replace('T', ' '));
      }
    } finally {
      if (zone === undefined) delete process.env['TZ'];
      else process.env['TZ'] = zone;
    }
  });

  it('are formatted in short forms for people', () => {
    assert.equal(formatMilliseconds(850), '850 ms');
    assert.equal(formatMilliseconds(12_340), '12.3 s');
    assert.equal(formatMilliseconds(250_000), '4 min 10 s');
    assert.equal(formatMoment(new Date(2026, 11, 1, 8, 5).toISOString()), '2026-12-01 08:05');
    assert.equal(formatMoment('soon'), 'soon');
  });
});
