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

// The server answers a second send with the same job; this only saves the second request.
for (const form of document.querySelectorAll('form')) {
  form.addEventListener('submit', (event) => {
    if (form.dataset.sent === 'yes') event.preventDefault();
    form.dataset.sent = 'yes';
  });
}
// The back button shows the page as it was left.
addEventListener('pageshow', () => {
  for (const form of document.querySelectorAll('form')) delete form.dataset.sent;
});

document.querySelector('.ds-error-summary')?.focus();
