// On every page of an owner: the pages that work without a network, and the offer to keep Janchi like an app.

const lasting = navigator.serviceWorker;
lasting?.register('/app/worker.js', { scope: '/app' }).catch(() => {});

// What was kept for days without a network is personal, and goes with the login.
const leave = document.querySelector('form[action="/logout"]');
leave?.addEventListener('submit', async (event) => {
  if (!globalThis.caches) return;
  event.preventDefault();
  await caches.delete('pages').catch(() => {});
  leave.submit();
});

// The browser's own offer comes at any time; ours comes where an event is running.
const offer = document.querySelector('[data-install]');
addEventListener('beforeinstallprompt', (event) => {
  event.preventDefault();
  if (!offer) return;
  offer.hidden = false;
  offer.querySelector('button').addEventListener('click', () => {
    offer.hidden = true;
    event.prompt();
  }, { once: true });
});
