import assert from 'node:assert/strict';
import type { Problem } from '@signering/schema';
import { readEmailSettings } from '@signering/settings';

describe('settings of emails', () => {
  const read = (url: string | undefined, from: string | undefined) => {
    const problems: Problem[] = [];
    const settings = readEmailSettings({ SIGNERING_SMTP: url, SIGNERING_EMAIL_FROM: from }, problems);
    return {
      smtp: settings?.smtp,
      problems: problems.map(({ path }) => path),
      messages: JSON.stringify(problems),
    };
  };
  const FROM = 'signing@example.com';

  it('encrypt to every server but one on this machine', () => {
    assert.deepEqual(read('smtps://user:p%40ss@mail.example.com', FROM).smtp, {
      ...{ host: 'mail.example.com', port: 465, encryption: 'TLS' },
      ...{ user: 'user', password: 'p@ss' },
    });
    assert.deepEqual(read('smtp://mail.example.com:2525/', FROM).smtp, {
      ...{ host: 'mail.example.com', port: 2525, encryption: 'STARTTLS' },
    });
    assert.deepEqual(read('smtp://[::1]', FROM).smtp, { host: '::1', port: 587, encryption: 'NONE' });
  });

  it('are both there, or none', () => {
    assert.deepEqual(read(undefined, undefined), { smtp: undefined, problems: [], messages: '[]' });
    assert.deepEqual(read('smtp://mail.example.com', undefined).problems, ['SIGNERING_EMAIL_FROM']);
    assert.deepEqual(read(undefined, FROM).problems, ['SIGNERING_SMTP']);
  });

  it('are refused without their value', () => {
    for (const url of [
      'mail.example.com',
      'https://user:secret@mail.example.com',
      'smtp://user:secret@mail.example.com/path',
      'smtp://:secret@mail.example.com',
      'smtp://user:%E0%A4%A@secret.example.com',
    ]) {
      const { smtp, problems, messages } = read(url, FROM);
      assert.deepEqual([smtp, problems], [undefined, ['SIGNERING_SMTP']], url);
      assert.ok(!messages.includes('secret'), url);
    }
    assert.deepEqual(read('smtp://mail.example.com', 'A <a@example.com>').problems, ['SIGNERING_EMAIL_FROM']);
  });
});
