// Recomputes a draw (draw-v1) from its bundle, in a browser or in Node, without anything else. Written apart from the Rust
// code on purpose: two programs that agree say more than one. `verify(bundle)` gives {stage, entries, faults: []};
// `verifyReceipt(proof)` says whether a receipt's entry is in the published list.

const K = new Int32Array(64);
const START = new Int32Array(8);
{
  // The fractions of the roots of the first primes, as the standard makes them.
  let found = 0;
  for (let n = 2; found < 64; n++) {
    let prime = true;
    for (let d = 2; d * d <= n; d++) if (n % d === 0) prime = false;
    if (!prime) continue;
    if (found < 8) START[found] = (Math.sqrt(n) * 0x100000000) | 0;
    K[found++] = (Math.cbrt(n) * 0x100000000) | 0;
  }
}
const W = new Int32Array(64);

function sha256(...parts) {
  let length = 0;
  for (const part of parts) length += part.length;
  const padded = new Uint8Array(((length + 8) >> 6) * 64 + 64);
  let at = 0;
  for (const part of parts) { padded.set(part, at); at += part.length; }
  padded[at] = 0x80;
  const view = new DataView(padded.buffer);
  view.setUint32(padded.length - 8, Math.floor(length / 0x20000000));
  view.setUint32(padded.length - 4, length << 3);
  const h = Int32Array.from(START);
  for (let block = 0; block < padded.length; block += 64) {
    for (let i = 0; i < 16; i++) W[i] = view.getInt32(block + 4 * i);
    for (let i = 16; i < 64; i++) {
      const x = W[i - 15], y = W[i - 2];
      const s = ((x >>> 7) | (x << 25)) ^ ((x >>> 18) | (x << 14)) ^ (x >>> 3);
      const t = ((y >>> 17) | (y << 15)) ^ ((y >>> 19) | (y << 13)) ^ (y >>> 10);
      W[i] = (W[i - 16] + s + W[i - 7] + t) | 0;
    }
    let [a, b, c, d, e, f, g, k] = h;
    for (let i = 0; i < 64; i++) {
      const s = ((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7));
      const one = (k + s + ((e & f) ^ (~e & g)) + K[i] + W[i]) | 0;
      const t = ((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10));
      const two = (t + ((a & b) ^ (a & c) ^ (b & c))) | 0;
      k = g; g = f; f = e; e = (d + one) | 0; d = c; c = b; b = a; a = (one + two) | 0;
    }
    h[0] += a; h[1] += b; h[2] += c; h[3] += d; h[4] += e; h[5] += f; h[6] += g; h[7] += k;
  }
  const out = new Uint8Array(32);
  const outView = new DataView(out.buffer);
  h.forEach((word, i) => outView.setInt32(4 * i, word));
  return out;
}

function hmac(key, ...parts) {
  const block = new Uint8Array(64);
  block.set(key.length > 64 ? sha256(key) : key);
  const inner = sha256(block.map((b) => b ^ 0x36), ...parts);
  return sha256(block.map((b) => b ^ 0x5c), inner);
}

const text = (string) => new TextEncoder().encode(string);
const number = (value, bytes) => {
  const out = new Uint8Array(bytes);
  let rest = BigInt(value);
  for (let i = bytes - 1; i >= 0; i--) { out[i] = Number(rest & 255n); rest >>= 8n; }
  return out;
};
const lp = (string) => { const bytes = text(string); return [number(bytes.length, 4), bytes]; };
const hex = (bytes) => Array.from(bytes, (b) => b.toString(16).padStart(2, '0')).join('');
function unhex(string, length) {
  if (typeof string !== 'string' || string.length !== 2 * length || !/^[0-9a-f]*$/.test(string)) return null;
  const out = new Uint8Array(length);
  for (let i = 0; i < length; i++) out[i] = parseInt(string.slice(2 * i, 2 * i + 2), 16);
  return out;
}

const leaf = (eventId, tag, weight) =>
  sha256([0], text('draw-v1/entry'), ...lp(eventId), tag, number(weight, 4));
const node = (left, right) => sha256([1], left, right);

function root(leaves) {
  const stack = [];
  for (const one of leaves) {
    let [level, hash] = [0, one];
    while (stack.length && stack[stack.length - 1][0] === level) {
      hash = node(stack.pop()[1], hash);
      level++;
    }
    stack.push([level, hash]);
  }
  if (!stack.length) return sha256();
  let [, hash] = stack.pop();
  while (stack.length) hash = node(stack.pop()[1], hash);
  return hash;
}

/** The numbers of a draw: the ChaCha20 key stream, read as little-endian u64. */
class Numbers {
  constructor(key) {
    const view = new DataView(key.buffer, key.byteOffset, 32);
    this.state = new Uint32Array(16);
    this.state.set([0x61707865, 0x3320646e, 0x79622d32, 0x6b206574]);
    for (let i = 0; i < 8; i++) this.state[4 + i] = view.getUint32(4 * i, true);
    this.words = null;
    this.used = 16;
  }

  next() {
    if (this.used === 16) {
      const x = Uint32Array.from(this.state);
      const turn = (word, by) => (word << by) | (word >>> (32 - by));
      const quarter = (a, b, c, d) => {
        x[a] += x[b]; x[d] = turn(x[d] ^ x[a], 16);
        x[c] += x[d]; x[b] = turn(x[b] ^ x[c], 12);
        x[a] += x[b]; x[d] = turn(x[d] ^ x[a], 8);
        x[c] += x[d]; x[b] = turn(x[b] ^ x[c], 7);
      };
      for (let round = 0; round < 10; round++) {
        quarter(0, 4, 8, 12); quarter(1, 5, 9, 13); quarter(2, 6, 10, 14); quarter(3, 7, 11, 15);
        quarter(0, 5, 10, 15); quarter(1, 6, 11, 12); quarter(2, 7, 8, 13); quarter(3, 4, 9, 14);
      }
      this.words = x.map((word, i) => word + this.state[i]);
      this.state[12]++;
      this.used = 0;
    }
    const low = this.words[this.used++];
    const high = this.words[this.used++];
    return (BigInt(high) << 32n) | BigInt(low);
  }

  below(bound) {
    const all = 1n << 64n;
    const limit = all - (all % bound);
    for (;;) {
      const x = this.next();
      if (x < limit) return x % bound;
    }
  }
}

function pick(mode, weights, key, places) {
  const numbers = new Numbers(key);
  if (mode === 'UNIFORM') {
    const list = weights.map((_, i) => i);
    const most = Math.min(places, list.length);
    for (let i = 0; i < most; i++) {
      const j = i + Number(numbers.below(BigInt(list.length - i)));
      [list[i], list[j]] = [list[j], list[i]];
    }
    return list.slice(0, most);
  }
  // Sums in a tree, so that a million entries need no walk. They stay below 2^53 for two million of the largest weight.
  const size = weights.length;
  const sums = new Float64Array(size + 1);
  let left = 0n;
  weights.forEach((weight, i) => {
    left += BigInt(weight);
    sums[i + 1] += weight;
    const above = i + 1 + ((i + 1) & -(i + 1));
    if (above <= size) sums[above] += sums[i + 1];
  });
  const top = size ? 2 ** Math.floor(Math.log2(size)) : 0;
  const picked = [];
  while (picked.length < places && left > 0n) {
    let x = Number(numbers.below(left));
    let at = 0;
    for (let step = top; step >= 1; step /= 2) {
      if (at + step <= size && sums[at + step] <= x) { at += step; x -= sums[at]; }
    }
    for (let i = at + 1; i <= size; i += i & -i) sums[i] -= weights[at];
    left -= BigInt(weights[at]);
    picked.push(at);
  }
  return picked;
}

/** JSON with one spelling (RFC 8785), of integers alone. */
function canonical(value) {
  if (typeof value === 'number' && !Number.isSafeInteger(value)) throw new Error('not an integer');
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  const fields = Object.keys(value).sort().map((key) => `${JSON.stringify(key)}:${canonical(value[key])}`);
  return `{${fields.join(',')}}`;
}

/** Recomputes a draw; `faults` names everything that does not hold. */
export function verify(bundle) {
  const faults = [];
  const b = bundle;
  if (b.version !== 'draw-v1') faults.push('version');
  const stage = b.drawnAt ? 'DRAWN' : b.frozenAt ? 'FROZEN' : 'COMMITTED';
  if (b.drawnAt && !b.frozenAt) faults.push('frozenAt');
  const due = { entries: stage !== 'COMMITTED', entriesRoot: stage !== 'COMMITTED', seed: stage === 'DRAWN',
    winners: stage === 'DRAWN', alternates: stage === 'DRAWN' };
  for (const [field, there] of Object.entries(due)) {
    if ((b[field] !== null && b[field] !== undefined) !== there) faults.push(field);
  }
  const times = [b.committedAt, b.frozenAt, b.drawnAt].filter(Boolean).map(Date.parse);
  if (times.some((time, i) => i && time < times[i - 1])) faults.push('times');
  if (b.forfeits.some((f) => !b.drawnAt || Date.parse(f.at) < Date.parse(b.drawnAt))) faults.push('times');
  try {
    if (hex(sha256(text(canonical(b.rules)))) !== b.rulesHash) faults.push('rulesHash');
  } catch {
    faults.push('rulesHash');
  }
  for (const field of ['eventId', 'drawId', 'drawNo', 'mode']) {
    if (field in b.rules && b.rules[field] !== b[field]) faults.push(`rules.${field}`);
  }
  const rule = b.rules.beacon;
  if (rule && (rule.id !== b.beacon.id || (rule.round ?? null) !== b.beacon.round)) faults.push('rules.beacon');
  const beacon = b.beacon.id === 'none' ? new Uint8Array(32) : unhex(b.beacon.value, 32);
  if (b.beacon.id === 'none' && b.beacon.value !== null) faults.push('beacon');

  const seed = b.seed ? unhex(b.seed, 32) : null;
  if (b.seed && (!seed || hex(sha256(text('draw-v1/seed'), ...lp(b.eventId), seed)) !== b.commitment)) {
    faults.push('commitment');
  }
  let top = null;
  if (b.entries) {
    const leaves = [];
    let before = '';
    for (const [i, entry] of b.entries.entries()) {
      const tag = unhex(entry.tag, 32);
      if (!tag || entry.tag <= before) { faults.push(`entries[${i}]`); break; }
      before = entry.tag;
      leaves.push(leaf(b.eventId, tag, entry.weight));
    }
    top = root(leaves);
    if (leaves.length === b.entries.length && hex(top) !== b.entriesRoot) faults.push('entriesRoot');
  }
  if (seed && top && beacon && b.winners && b.alternates) {
    const key = hmac(seed, text('draw-v1/final'), ...lp(b.eventId), number(b.drawNo, 4), top,
      number(b.entries.length, 8), beacon);
    const wanted = b.rules.winnerCount;
    if (wanted !== undefined && b.winners.length !== Math.min(wanted, b.entries.length)) faults.push('winnerCount');
    const drawn = [...b.winners, ...b.alternates];
    const places = pick(b.mode, b.entries.map((e) => e.weight), key, drawn.length);
    drawn.forEach((place, i) => {
      const winner = i < b.winners.length;
      const rank = winner ? i + 1 : i - b.winners.length + 1;
      if (place.rank !== rank || b.entries[places[i]]?.tag !== place.tag) {
        faults.push(`${winner ? 'winners' : 'alternates'}[${rank - 1}]`);
      }
    });
  }
  const known = new Set([...(b.winners ?? []), ...(b.alternates ?? [])].map((place) => place.tag));
  b.forfeits.forEach((forfeit, i) => { if (!known.delete(forfeit.tag)) faults.push(`forfeits[${i}]`); });
  return { stage, entries: b.entries?.length ?? 0, faults };
}

/** Whether the entry of a receipt's proof is in the list under its root; with `phone` (E.164), whether it is that phone's. */
export function verifyReceipt(proof, phone) {
  const tag = unhex(proof.tag, 32);
  if (!tag) return false;
  if (phone) {
    const nonce = unhex(proof.nonce, 16);
    if (!nonce || hex(hmac(nonce, text('draw-v1/tag'), ...lp(proof.eventId), text(phone))) !== proof.tag) return false;
  }
  let [place, last] = [proof.index, proof.count - 1];
  if (place > last) return false;
  let hash = leaf(proof.eventId, tag, proof.weight);
  for (const step of proof.path.map((one) => unhex(one, 32))) {
    if (!step || last === 0) return false;
    if (place % 2 === 1 || place === last) {
      hash = node(step, hash);
      while (place % 2 === 0 && place !== 0) { place = Math.floor(place / 2); last = Math.floor(last / 2); }
    } else {
      hash = node(hash, step);
    }
    place = Math.floor(place / 2);
    last = Math.floor(last / 2);
  }
  return last === 0 && hex(hash) === proof.entriesRoot;
}
