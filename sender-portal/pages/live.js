// Keeps the page up to date by server-sent events. Without it, one reloads.

const status = document.querySelector('[data-live-stream]');
const regions = () => document.querySelectorAll('[data-live]');
/** The content of each region as the server sent it. */
const sent = new Map([...regions()].map((region) => [region.dataset.live, region.innerHTML]));
/** How long the script waits until it opens the stream again, in milliseconds; doubles up to the longest. */
const FIRST_WAIT_MS = 3000;
const LONGEST_WAIT_MS = 120_000;
let waitMs = FIRST_WAIT_MS;
/** The loss of the stream and one failed reopening, as in a deployment; from the next one on, the page says that it is not up to date. */
const MOST_ERRORS = 2;
/** Errors since the page was last brought up to date. */
let errors = 0;
let stream;
let reopening;
let isEnded = false;
/** Arrived while a field had the focus. */
let postponed;

function show(page) {
  const next = new DOMParser().parseFromString(page.html, 'text/html');
  let isChanged = false;
  postponed = undefined;
  for (const region of regions()) {
    const name = region.dataset.live;
    const fresh = next.querySelector(`[data-live="${name}"]`);
    if (!fresh || fresh.innerHTML === sent.get(name)) continue;
    const focused = region.contains(document.activeElement) ? document.activeElement : undefined;
    if (focused?.matches('input, select, textarea')) {
      postponed = page;
      continue;
    }
    sent.set(name, fresh.innerHTML);
    replace(region, fresh, focused);
    isChanged = true;
  }
  if (isChanged) status.textContent = page.status;
}

/** The keyboard stays where it was: on the same element of the new content, or else at the beginning of the content. */
function replace(region, fresh, focused) {
  const scrolled = [...region.querySelectorAll('.portal-scroll')].map((one) => one.scrollLeft);
  const isSame = (one) =>
    one.id === focused.id &&
    one.getAttribute('href') === focused.getAttribute('href') &&
    one.textContent === focused.textContent;
  const candidates = () => [...region.querySelectorAll(focused.tagName)];
  const place = focused && candidates().indexOf(focused);
  region.replaceChildren(...fresh.childNodes);
  region.querySelectorAll('.portal-scroll').forEach((one, index) => {
    one.scrollLeft = scrolled[index] ?? 0;
  });
  if (!focused) return;
  const isPlain = !focused.id && !focused.getAttribute('href');
  const same = candidates().find(isSame) ?? (isPlain ? candidates()[place] : undefined);
  (same ?? document.querySelector('#content')).focus({ preventScroll: true });
}

function open() {
  close();
  if (isEnded || document.hidden) return;
  stream = new EventSource(status.dataset.liveStream);
  stream.addEventListener('page', ({ data }) => {
    waitMs = FIRST_WAIT_MS;
    if (errors > MOST_ERRORS) status.textContent = '';
    errors = 0;
    show(JSON.parse(data));
  });
  stream.addEventListener('end', () => {
    isEnded = true;
    close();
    const link = document.createElement('a');
    link.className = 'ds-link';
    link.href = status.dataset.livePage;
    link.textContent = status.dataset.liveReload;
    status.replaceChildren(`${status.dataset.liveEnded} `, link);
  });
  stream.addEventListener('error', () => {
    errors += 1;
    // Once: a screen reader reads each new text.
    if (errors === MOST_ERRORS + 1) status.textContent = status.dataset.liveInterrupted;
    // The browser opens a lost connection again. It gives up after another answer, such as that of a proxy during a deployment.
    if (stream.readyState !== EventSource.CLOSED) return;
    // Not all pages at the same moment.
    reopening = setTimeout(open, waitMs * (0.5 + Math.random()));
    waitMs = Math.min(2 * waitMs, LONGEST_WAIT_MS);
  });
}

function close() {
  clearTimeout(reopening);
  stream?.close();
}

if (status && 'EventSource' in window) {
  open();
  document.addEventListener('focusout', () => {
    // After the next element has the focus.
    setTimeout(() => postponed && show(postponed));
  });
  // Browsers open few connections to a host: a hidden page needs none.
  document.addEventListener('visibilitychange', () => {
    if (document.hidden) close();
    else open();
  });
  addEventListener('pagehide', close);
  addEventListener('pageshow', ({ persisted }) => {
    if (persisted) open();
  });
}
