import { waitFor } from '../fixtures/index.js';
import type { TestBrowser } from './portal-under-test.js';

/** A page that is kept up to date. */
export interface OpenStream {
  readonly status: number;
  readonly headers: Headers;
  /** The content of the page at each event, and `end`. */
  readonly events: readonly string[];
  /** How often the server has only said that it is there. */
  readonly heartbeats: () => number;
  readonly isClosed: () => boolean;
  readonly close: () => void;
}

/** Opens the stream of a page, as its script does. */
export async function openStream(address: string, { cookie }: TestBrowser): Promise<OpenStream> {
  const ending = new AbortController();
  const answer = await fetch(address, {
    headers: { cookie, 'accept-language': 'en', accept: 'text/event-stream' },
    redirect: 'manual',
    signal: ending.signal,
  });
  const events: string[] = [];
  let heartbeats = 0;
  let isClosed = false;
  void (async () => {
    let rest = '';
    const decoder = new TextDecoder();
    for await (const chunk of answer.body ?? []) {
      const parts = (rest + decoder.decode(chunk, { stream: true })).split('\n\n');
      rest = parts.pop() ?? '';
      for (const part of parts) {
        const [, event, data = '{}'] = /^event: (\w+)\ndata: (.*)$/u.exec(part) ?? [];
        if (event === 'page') events.push((JSON.parse(data) as { html: string }).html);
        if (event === 'end') events.push('end');
        if (part.startsWith(':')) heartbeats += 1;
      }
    }
  })()
    .catch(() => undefined)
    .finally(() => (isClosed = true));
  const { status, headers } = answer;
  return {
    status,
    headers,
    events,
    heartbeats: () => heartbeats,
    isClosed: () => isClosed,
    close: () => ending.abort(),
  };
}

/** The address of the stream that the page of a job names. */
export async function streamOfJob(browser: TestBrowser, path: string): Promise<string> {
  const { body } = await browser.get(path);
  const [, live = ''] = /data-live-stream="([^"]+)"/u.exec(body) ?? [];
  return live.replaceAll('&amp;', '&');
}

/** Waits for this many events of a stream. */
export async function hears(stream: OpenStream, count: number): Promise<void> {
  await waitFor(() => stream.events.length >= count, { what: `${count} events` });
}

/** Waits until a stream has said that the browser must not open it again. */
export async function ends(stream: OpenStream): Promise<void> {
  await waitFor(() => stream.events.at(-1) === 'end' && stream.isClosed(), {
    what: 'the stream ends',
  });
}
