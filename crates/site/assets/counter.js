// The counter's page, helped: the code changes by itself, and visits noted without a network are kept and sent later.
// Offline there is no code of the half minute; the day's code stands in for it.

/** Visits kept under this name, each `{visitId, entryNumber, visitedAt}`. */
export const shelf = (path) => `visits:${path}`;

/** What is kept; nothing where it cannot be read. */
export function kept(store, path) {
  try {
    const list = JSON.parse(store.getItem(shelf(path)) || '[]');
    return Array.isArray(list) ? list : [];
  } catch {
    return [];
  }
}

/** An id of a visit. Browsers give one readily only over TLS. */
export function uuid() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 15) | 64;
  bytes[8] = (bytes[8] & 63) | 128;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

/** A form's body of kept visits. */
export function body(visits, csrf) {
  const form = new URLSearchParams({ csrf });
  for (const one of visits) {
    for (const name of ['entryNumber', 'visitId', 'visitedAt']) form.append(name, one[name]);
  }
  return form;
}

function start(root) {
  const path = root.dataset.counter;
  const words = JSON.parse(root.dataset.words);
  const note = root.querySelector('[data-note]');
  const offline = root.querySelector('[data-offline]');
  const told = root.querySelector('[data-kept]');
  const piece = () => root.querySelector('[data-piece="code"]');
  let until = 0;

  const say = (text) => { if (told) told.textContent = text; };
  const count = (text, n) => text.replace('{n}', n.toLocaleString());

  function down(is) {
    if (!offline) return;
    offline.hidden = !is;
    offline.querySelector('[data-offline-text]').textContent = is ? words.offline : '';
    const code = root.querySelector('[data-code]');
    if (is && code) code.textContent = code.dataset.day;
  }

  async function renew() {
    until = Date.now() + 5000;
    try {
      const answer = await fetch(path, { headers: { accept: 'text/html' }, redirect: 'error' });
      if (!answer.ok) throw new Error('away');
      const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
      const next = page.querySelector('[data-piece="code"]');
      if (!next) return location.reload();
      const csrf = page.querySelector('[data-note] [name=csrf]');
      if (note && csrf) note.querySelector('[name=csrf]').value = csrf.value;
      piece().replaceWith(document.importNode(next, true));
      until = Date.now() + Number(next.dataset.seconds) * 1000;
      down(false);
      send();
    } catch {
      down(true);
    }
  }

  async function send() {
    const waiting = kept(localStorage, path);
    if (!waiting.length || !note) return;
    const batch = waiting.slice(0, 100);
    try {
      const answer = await fetch(path, { method: 'POST', body: body(batch, note.querySelector('[name=csrf]').value), redirect: 'manual' });
      // Sent on to the page, or told that a number is wrong: either way it was heard.
      if (answer.type !== 'opaqueredirect' && answer.status !== 422) return;
      const sent = new Set(batch.map((one) => one.visitId));
      const rest = kept(localStorage, path).filter((one) => !sent.has(one.visitId));
      localStorage.setItem(shelf(path), JSON.stringify(rest));
      say(count(words.sent, batch.length));
    } catch {
      // Tried again with the next code.
    }
  }

  if (piece()) {
    until = Date.now() + Number(piece().dataset.seconds) * 1000;
    setInterval(() => {
      const left = Math.max(0, (until - Date.now()) / 1000);
      const bar = root.querySelector('[data-left]');
      if (bar) bar.value = left;
      if (left <= 0 && !document.hidden) renew();
    }, 500);
  }
  if (note) {
    note.hidden = false;
    note.addEventListener('submit', (event) => {
      if (navigator.onLine !== false) return;
      event.preventDefault();
      const field = note.querySelector('[name=entryNumber]');
      if (!field.value.trim()) return;
      const visit = { visitId: uuid(), entryNumber: field.value.trim(), visitedAt: new Date().toISOString() };
      const waiting = [...kept(localStorage, path), visit];
      localStorage.setItem(shelf(path), JSON.stringify(waiting));
      field.value = '';
      say(count(words.kept, waiting.length));
    });
  }
  addEventListener('online', () => { until = 0; });
  addEventListener('offline', () => down(true));
  if (navigator.onLine === false) down(true); else send();
}

const root = typeof document === 'undefined' ? null : document.querySelector('[data-counter]');
if (root) start(root);
