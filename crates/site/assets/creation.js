// The creation flow, helped: what is being made is shown as it comes, a picture as it would be, a sum as it grows.
// Without this script every page is complete.

const again = (task, wait) => setTimeout(task, wait);

/** Shows or hides that there is no network. */
function offline(is) {
  for (const box of document.querySelectorAll('[data-offline]')) box.hidden = !is;
}

/** What a part says; its forms' tokens are new each time. */
const plain = (part) => part.innerHTML.replace(/name="csrf" value="[^"]*"/g, '').replace(/ disabled=""| data-ready="yes"/g, '');

/** Takes the page anew and puts what changed in its place; whether there is more to come. */
async function refresh() {
  const answer = await fetch(location.href, { headers: { accept: 'text/html' } });
  if (answer.redirected) {
    location.assign(answer.url);
    return false;
  }
  if (!answer.ok) throw new Error('away');
  const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
  offline(false);
  if (!page.querySelector('[data-live]')) {
    // The work is done: another page, in the same place.
    document.title = page.title;
    document.querySelector('main').replaceChildren(...page.querySelector('main').childNodes);
    const heading = document.querySelector('h1');
    heading.tabIndex = -1;
    heading.focus({ preventScroll: true });
    prepare();
    return false;
  }
  for (const part of page.querySelectorAll('[data-part]')) {
    const here = document.querySelector(`[data-part="${part.dataset.part}"]`);
    if (!here) {
      document.querySelector('main').replaceChildren(...page.querySelector('main').childNodes);
      prepare();
      break;
    }
    // Whoever is typing in a part keeps it as it is.
    if (plain(here) !== plain(part) && !here.contains(document.activeElement)) {
      here.replaceChildren(...part.childNodes);
      prepare();
    }
  }
  return true;
}

/** Follows what is under way: told by a stream of events where there is one, looked for otherwise. */
function follow(place) {
  let stream;
  let timer;
  let wait = 1500;
  let busy = false;
  const stop = () => {
    clearTimeout(timer);
    if (stream) stream.close();
  };
  async function look() {
    clearTimeout(timer);
    if (busy) return;
    busy = true;
    try {
      if (!(await refresh())) return stop();
      wait = 1500;
    } catch {
      offline(true);
      wait = Math.min(wait * 2, 15000);
    } finally {
      busy = false;
    }
    timer = again(look, wait);
  }
  if (typeof EventSource === 'function') {
    stream = new EventSource(place.dataset.live);
    for (const name of ['job', 'distribution']) stream.addEventListener(name, look);
    stream.addEventListener('error', () => stream.close());
  }
  addEventListener('online', look);
  addEventListener('pagehide', stop, { once: true });
  timer = again(look, wait);
}

/** A form is sent once, and not into a dead line: what was typed stays where it is. */
function once(form) {
  form.addEventListener('submit', (event) => {
    if (navigator.onLine === false) {
      event.preventDefault();
      offline(true);
      document.querySelector('[data-offline]')?.scrollIntoView({ block: 'center' });
      return;
    }
    if (form.dataset.sent) {
      event.preventDefault();
      return;
    }
    form.dataset.sent = 'yes';
    again(() => {
      for (const button of form.querySelectorAll('button')) button.disabled = true;
    }, 0);
  });
}

/** `#rrggbb` as relative luminance. */
export function light(color) {
  const [r, g, b] = [1, 3, 5].map((at) => {
    const c = parseInt(color.slice(at, at + 2), 16) / 255;
    return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

/** Whether a text of one colour is hard to read on another. */
export function hides(text, ground) {
  const [a, b] = [light(text), light(ground)];
  return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05) < 4.5;
}

/** The picture follows what is typed. */
function edit(form) {
  const picture = document.querySelector('[data-preview]');
  const state = document.querySelector('[data-preview-state]');
  const contrast = form.querySelector('[data-contrast]');
  let timer;
  function show() {
    const fields = new FormData(form);
    const own = (name) => (fields.get(`own-${name}`) ? fields.get(name) : null);
    const query = new URLSearchParams();
    for (const name of ['titleText', 'prizeText', 'guideText', 'layout']) if (fields.has(name)) query.set(name, fields.get(name));
    for (const name of ['textColor', 'backgroundColor', 'accentColor']) if (own(name)) query.set(name, own(name));
    contrast.hidden = !(own('textColor') && own('backgroundColor') && hides(own('textColor'), own('backgroundColor')));
    const next = new Image();
    next.onload = () => {
      picture.src = next.src;
      state.textContent = state.dataset.fresh;
    };
    next.onerror = () => {
      state.textContent = state.dataset.wrong;
    };
    next.src = `${picture.dataset.preview}?${query}`;
  }
  form.addEventListener('input', (event) => {
    // Half a syllable is no text yet.
    if (event.isComposing) return;
    if (event.target.type === 'color') {
      const box = form.querySelector(`[name="own-${event.target.name}"]`);
      if (box && box.type === 'checkbox') box.checked = true;
    }
    clearTimeout(timer);
    timer = again(show, 350);
  });
  form.addEventListener('compositionend', () => {
    clearTimeout(timer);
    timer = again(show, 350);
  });
}

/** Won out of what is typed, as the server reads it: 300000, 30만, 3만 5천원; 0 where it is none. */
export function amount(typed) {
  const text = typed.normalize('NFKC').replace(/[\s,원]/g, '');
  let [sum, section, number] = [0, 0, null];
  for (const c of text) {
    if (c === '억' || c === '만') {
      sum += Math.max(section + (number ?? 0), 1) * (c === '억' ? 1e8 : 1e4);
      [section, number] = [0, null];
    } else if (c === '천' || c === '백') {
      section += (number ?? 1) * (c === '천' ? 1000 : 100);
      number = null;
    } else if (/\d/.test(c)) {
      number = (number ?? 0) * 10 + Number(c);
    } else {
      return 0;
    }
  }
  return sum + section + (number ?? 0);
}

/** As it is said: 12만 3,400원. */
export function said(won, language) {
  if (language !== 'ko') return `KRW ${won.toLocaleString('en')}`;
  const [tens, rest] = [Math.floor(won / 10000), won % 10000];
  if (!tens) return `${won.toLocaleString('en')}원`;
  return rest ? `${tens.toLocaleString('en')}만 ${rest.toLocaleString('en')}원` : `${tens.toLocaleString('en')}만 원`;
}

/** The sum follows what is ticked. */
function sum(form) {
  const total = form.querySelector('[data-total]');
  form.addEventListener('input', () => {
    let won = Number(form.dataset.sums);
    for (const box of form.querySelectorAll('[name=channel]:checked')) won += amount(form.elements[`budget-${box.value}`].value);
    total.textContent = said(won, document.documentElement.lang);
  });
}

/** Whatever is on the page and not ready yet. */
function prepare() {
  for (const form of document.querySelectorAll('form[data-once]:not([data-ready])')) {
    form.dataset.ready = 'yes';
    once(form);
    if ('editor' in form.dataset) edit(form);
    if ('sums' in form.dataset) sum(form);
  }
  for (const spare of document.querySelectorAll('[data-noscript]')) spare.hidden = true;
}

if (typeof document !== 'undefined') {
  prepare();
  // Back from the next page: the form may be sent again.
  addEventListener('pageshow', (event) => {
    if (!event.persisted) return;
    for (const form of document.querySelectorAll('form[data-once]')) {
      delete form.dataset.sent;
      for (const button of form.querySelectorAll('button')) button.disabled = false;
    }
  });
  const place = document.querySelector('[data-live]');
  if (place) follow(place);
}
