// Makes the pages quicker to use. Everything works without it.

const area = document.querySelector('[data-drop-files]');
const input = area?.querySelector('input[type=file]');
if (area && input) {
  const upload = () => input.form.requestSubmit(area.querySelector('button[value=upload]'));
  input.addEventListener('change', () => {
    if (input.files.length > 0) upload();
  });
  area.addEventListener('dragover', (event) => {
    event.preventDefault();
    area.classList.add('portal-drop-over');
  });
  area.addEventListener('dragleave', () => area.classList.remove('portal-drop-over'));
  area.addEventListener('drop', (event) => {
    event.preventDefault();
    input.files = event.dataTransfer.files;
    if (input.files.length > 0) upload();
  });
}

// Signers in another order by drag, with mouse, pen or finger. The buttons do the same.
const list = document.querySelector('[data-drag-list]');
const announcement = document.querySelector('[data-announcement]');
// Screen readers read what changes, and not what a page has from the start.
if (announcement?.textContent.trim()) {
  const text = announcement.textContent;
  announcement.textContent = '';
  setTimeout(() => (announcement.textContent = text), 300);
}
// A signer was moved once: the same page loaded again has nothing to announce.
const address = new URL(location.href);
if (address.searchParams.has('moved')) {
  address.searchParams.delete('moved');
  history.replaceState(history.state, '', address);
}
for (const handle of list?.querySelectorAll('[data-drag-handle]') ?? []) {
  const item = handle.closest('[data-drag-item]');
  let before;
  handle.hidden = false;
  handle.addEventListener('pointerdown', (event) => {
    if (event.button !== 0 || before !== undefined) return;
    event.preventDefault();
    handle.setPointerCapture(event.pointerId);
    before = [...list.children];
    item.classList.add('portal-dragged');
  });
  handle.addEventListener('pointermove', ({ clientY }) => {
    if (before === undefined) return;
    const { previousElementSibling: previous, nextElementSibling: next } = item;
    // Within another one by a quarter of its height, so that it does not move back at once.
    const [above, below] = [previous, next].map((other) => other?.getBoundingClientRect());
    // The others move around the dragged one: an element that leaves the page loses the pointer.
    if (above && clientY < above.bottom - above.height / 4) item.after(previous);
    else if (below && clientY > below.top + below.height / 4) item.before(next);
    else {
      const edge = 80;
      if (clientY < edge || clientY > innerHeight - edge) scrollBy(0, clientY < edge ? -16 : 16);
      return;
    }
    announcePlace();
  });
  const announcePlace = () => {
    const place = [...list.children].indexOf(item) + 1;
    announcement.textContent = list.dataset.dragList.replace('#', place);
  };
  const end = (isDropped) => {
    if (before === undefined) return;
    const [from, to] = [before.indexOf(item), [...list.children].indexOf(item)];
    if (!isDropped) list.append(...before);
    before = undefined;
    item.classList.remove('portal-dragged');
    if (from === to) return;
    if (!isDropped) return announcePlace();
    const button = document.createElement('button');
    Object.assign(button, { name: 'action', value: `move:${from}:${to}`, hidden: true });
    item.form.append(button);
    item.form.requestSubmit(button);
  };
  handle.addEventListener('pointerup', () => end(true));
  handle.addEventListener('pointercancel', () => end(false));
  addEventListener('keydown', ({ key }) => {
    if (key === 'Escape') end(false);
  });
}

// What is typed into a step and not saved yet is not lost by the back button or a link: the browser asks first.
const step = document.querySelector('[data-ask-before-leaving]');
let isUnsaved = step?.dataset.askBeforeLeaving === 'unsaved';
step?.addEventListener('input', () => (isUnsaved = true));

// The server answers a second send with the same job; this only saves the second request.
for (const form of document.querySelectorAll('form')) {
  form.addEventListener('submit', (event) => {
    if (form.dataset.sent === 'yes') return event.preventDefault();
    form.dataset.sent = 'yes';
    const wasUnsaved = isUnsaved;
    if (form === step) isUnsaved = false;
    // A load that was stopped tells the page nothing: its buttons work again, and what was typed is not saved.
    setTimeout(() => {
      delete form.dataset.sent;
      isUnsaved ||= wasUnsaved;
    }, 10_000);
  });
}
const sendableAgain = () => {
  for (const form of document.querySelectorAll('form')) delete form.dataset.sent;
};
// Nowhere else: with a listener, a browser asks the page before each navigation.
if (step)
  addEventListener('beforeunload', (event) => {
    if (!isUnsaved) return;
    event.preventDefault();
    // For those who answer that they stay.
    sendableAgain();
  });
// The back button shows the page as it was left.
addEventListener('pageshow', sendableAgain);

// A preview is loaded when it is opened. Its link works without this.
document.addEventListener(
  'toggle',
  ({ target }) => {
    const frame = target.open && target.querySelector('iframe[data-preview]');
    if (!frame) return;
    frame.src = frame.dataset.preview;
    frame.hidden = false;
    delete frame.dataset.preview;
  },
  true,
);

document.querySelector('.ds-error-summary')?.focus();

/** A look that takes longer is given up, in milliseconds. */
const LOOKS_FOR_MS = 30_000;

// Looks again at what changes, such as the progress of a batch. What a person is doing there is left alone.
for (const part of document.querySelectorAll('[data-look-every]')) {
  const everyMs = Number(part.dataset.lookEvery);
  const look = async () => {
    const shown = document.getElementById(part.id);
    if (document.hidden || shown === null || shown.contains(document.activeElement)) return;
    const signal = AbortSignal.timeout(LOOKS_FOR_MS);
    const answer = await fetch(part.dataset.lookAt, { redirect: 'error', signal });
    if (!answer.ok) return;
    const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
    const fresh = page.getElementById(part.id);
    // Another kind of page, or the end of what changes: the whole page is loaded.
    if (fresh?.tagName !== shown.tagName || fresh.dataset.lookEvery === undefined) location.reload();
    else if (fresh.innerHTML !== shown.innerHTML) shown.replaceChildren(...fresh.childNodes);
  };
  // One look at a time: a browser opens few connections to a server that answers slowly.
  const lookLater = () =>
    setTimeout(
      () =>
        look()
          .catch(() => undefined)
          .finally(lookLater),
      everyMs,
    );
  lookLater();
}
