// The draw's page, helped: it fetches the public bundle and lets the verifier of draw-v1 compute it again, here and not
// at ours. Without this script the page is complete; `janchi verify-draw` does the same outside of a browser.

/** Which sentence tells a fault of the verifier. */
export function sentence(fault) {
  if (fault.startsWith('rules.')) return 'againstRules';
  if (/^entries\[/.test(fault)) return 'order';
  const name = fault.replace(/\[\d+\]$/, '');
  const known = ['version', 'times', 'commitment', 'rulesHash', 'entriesRoot', 'winnerCount', 'winners', 'alternates', 'forfeits'];
  return known.includes(name) ? name : 'shape';
}

function start(place) {
  const words = JSON.parse(place.dataset.words);
  const result = place.querySelector('[data-result]');
  const shown = place.querySelector('[data-start]');
  const button = shown.querySelector('button');

  function show(tone, lines) {
    const box = document.createElement('div');
    box.className = `notice ${tone}`;
    const inner = box.appendChild(document.createElement('div'));
    lines.forEach((line, i) => {
      const p = inner.appendChild(document.createElement('p'));
      if (!i) p.className = 'strong';
      p.textContent = line;
    });
    result.replaceChildren(box);
  }

  function tell(verify, bundle) {
    let report;
    try {
      report = verify(bundle);
    } catch {
      report = { faults: ['unreadable'] };
    }
    if (report.faults.length) {
      const sentences = new Set(report.faults.map(sentence));
      show('bad', [words.bad, ...Array.from(sentences, (name) => words[name])]);
      return;
    }
    const counts = { entries: report.entries, winners: bundle.winners?.length, alternates: bundle.alternates?.length };
    const text = { DRAWN: words.good, FROZEN: words.frozen, COMMITTED: words.early }[report.stage];
    show('good', [text.replace(/\{(\w+)\}/g, (_, name) => counts[name].toLocaleString())]);
  }

  button.addEventListener('click', async () => {
    button.disabled = true;
    show('plain', [words.working]);
    try {
      const address = (path) => new URL(path, document.baseURI);
      const [{ verify }, answer] = await Promise.all([
        import(address(place.dataset.verifier)),
        fetch(address(place.dataset.bundle), { credentials: 'omit' }),
      ]);
      if (!answer.ok) throw new Error('away');
      tell(verify, await answer.json());
    } catch {
      show('careful', [words.away]);
    }
    button.disabled = false;
  });
  shown.hidden = false;
}

const place = typeof document === 'undefined' ? null : document.querySelector('[data-verify]');
if (place) start(place);
