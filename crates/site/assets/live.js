// Keeps the pieces of an owner's page as they are on the server: told by the stream where there is one, else now and
// then. The server makes every piece; this only puts it in place. Without this script the page is complete as it was.

/** How old a page may be before it says so: three missed looks. */
export const isStale = (shown, now, every) => now - shown > 3 * every * 1000;

function start(root) {
  const every = Number(root.dataset.every) || 60;
  const stale = root.querySelector('[data-stale]');
  let shown = Date.now();
  let due = null;
  let busy = false;

  const tell = () => { if (stale) stale.hidden = navigator.onLine !== false && !isStale(shown, Date.now(), every); };

  function put(fresh) {
    for (const piece of root.querySelectorAll('[data-piece]')) {
      const next = fresh.querySelector(`[data-piece="${piece.dataset.piece}"]`);
      if (!next || next.innerHTML === piece.innerHTML || piece.contains(document.activeElement)) continue;
      const open = Array.from(piece.querySelectorAll('details'), (one) => one.open);
      piece.replaceChildren(...next.childNodes);
      piece.querySelectorAll('details').forEach((one, i) => { one.open = open[i] ?? one.open; });
    }
  }

  async function look() {
    due = null;
    if (busy || document.hidden) return;
    busy = true;
    try {
      const answer = await fetch(location.href, { headers: { accept: 'text/html' }, redirect: 'error' });
      if (answer.ok) {
        put(new DOMParser().parseFromString(await answer.text(), 'text/html'));
        shown = Date.now();
      }
    } catch {
      // Told below, once it has lasted.
    }
    busy = false;
    tell();
  }

  // However often the stream speaks, at most one look in two seconds.
  const soon = () => { due ??= setTimeout(look, 2000); };
  let first = true;
  if (root.dataset.watch) {
    new EventSource(root.dataset.watch).addEventListener('dashboard', () => {
      if (first) first = false; else soon();
    });
  }
  setInterval(() => { tell(); look(); }, every * 1000);
  for (const name of ['online', 'offline']) addEventListener(name, tell);
  document.addEventListener('visibilitychange', () => { if (!document.hidden) soon(); });
}

const root = typeof document === 'undefined' ? null : document.querySelector('[data-watch]');
if (root) start(root);
