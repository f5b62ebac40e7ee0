// The owner's pages without a network: the home, the results and the counter as they were last seen, and otherwise a page
// that says so. What is kept is personal: it goes with a logout, and whenever nobody is logged in any more.

const SHELL = ['__SHELL__'];
const FILES = 'files-__VERSION__';
const PAGES = 'pages';
const KEPT = /^\/app(\/dashboard|\/events\/[^/]+\/(dashboard|counter))?$/;

addEventListener('install', (event) => {
  event.waitUntil(caches.open(FILES).then((files) => files.addAll(SHELL)).then(() => skipWaiting()));
});

addEventListener('activate', (event) => {
  const drop = (names) => names.filter((name) => name !== FILES && name !== PAGES).map((name) => caches.delete(name));
  event.waitUntil(caches.keys().then((names) => Promise.all(drop(names))).then(() => clients.claim()));
});

addEventListener('fetch', (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (url.origin !== location.origin || request.method !== 'GET') return;
  if (request.mode === 'navigate') event.respondWith(page(event, url.pathname));
  else if (url.pathname.startsWith('/site/')) event.respondWith(file(request));
});

/** A file's name changes with its bytes: whoever has it has it for good. */
async function file(request) {
  const kept = await caches.match(request);
  if (kept) return kept;
  const answer = await fetch(request);
  if (answer.ok) await (await caches.open(FILES)).put(request, answer.clone());
  return answer;
}

async function page(event, path) {
  try {
    const answer = await fetch(event.request);
    if (KEPT.test(path)) {
      if (answer.ok) event.waitUntil(keep(path, answer.clone()));
      // To the login: nobody is logged in.
      else if (answer.type === 'opaqueredirect') event.waitUntil(caches.delete(PAGES));
    }
    return answer;
  } catch {
    const kept = await (await caches.open(PAGES)).match(path);
    return kept ? aged(kept) : await caches.match('/app/offline') ?? Response.error();
  }
}

async function keep(path, answer) {
  await (await caches.open(PAGES)).put(path, answer);
}

/** The page with the time at which it was true. */
async function aged(kept) {
  const html = await kept.text();
  const language = html.match(/<html lang="(\w+)"/)?.[1] ?? 'ko';
  const style = { dateStyle: 'long', timeStyle: 'short', timeZone: 'Asia/Seoul' };
  const seen = kept.headers.get('date');
  const time = seen ? new Intl.DateTimeFormat(language, style).format(new Date(seen)) : '';
  const told = html.replace(' data-away hidden', ' data-away').replace('<time></time>', `<time>${time}</time>`);
  return new Response(told, { headers: kept.headers });
}
