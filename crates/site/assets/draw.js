// draw-v1, computed again by whoever looks: nothing but the public bundle goes in. Without this script the page is
// complete; `janchi verify-draw` does the same outside of a browser.
(function (root) {
  "use strict";

  // --- bytes ---------------------------------------------------------------------------------------------------
  var utf8 = new TextEncoder();
  var ROUND = new Uint32Array(64), START = new Uint32Array(8);
  (function () {
    for (var n = 2, found = 0; found < 64; n++) {
      var prime = true;
      for (var d = 2; d * d <= n; d++) if (n % d === 0) { prime = false; break; }
      if (!prime) continue;
      // The first 32 bits behind the point of a root.
      var behind = function (x) { return (x - Math.floor(x)) * 4294967296; };
      if (found < 8) START[found] = behind(Math.sqrt(n));
      ROUND[found++] = behind(Math.cbrt(n));
    }
  })();

  function join(parts) {
    var length = 0, at = 0;
    parts.forEach(function (p) { length += p.length; });
    var all = new Uint8Array(length);
    parts.forEach(function (p) { all.set(p, at); at += p.length; });
    return all;
  }

  function sha256(message) {
    var size = message.length, blocks = (size + 72) >>> 6;
    var data = new Uint8Array(blocks << 6), view = new DataView(data.buffer);
    data.set(message);
    data[size] = 0x80;
    view.setUint32(data.length - 8, Math.floor(size / 536870912));
    view.setUint32(data.length - 4, size << 3);
    var h = new Uint32Array(START), w = new Uint32Array(64);
    for (var b = 0; b < data.length; b += 64) {
      var i;
      for (i = 0; i < 16; i++) w[i] = view.getUint32(b + 4 * i);
      for (; i < 64; i++) {
        var p = w[i - 15], q = w[i - 2];
        w[i] = w[i - 16] + w[i - 7] + ((p >>> 7 | p << 25) ^ (p >>> 18 | p << 14) ^ (p >>> 3)) +
          ((q >>> 17 | q << 15) ^ (q >>> 19 | q << 13) ^ (q >>> 10));
      }
      var a = h[0], c1 = h[1], c2 = h[2], d = h[3], e = h[4], f = h[5], g = h[6], k = h[7];
      for (i = 0; i < 64; i++) {
        var t = (k + ((e >>> 6 | e << 26) ^ (e >>> 11 | e << 21) ^ (e >>> 25 | e << 7)) + ((e & f) ^ (~e & g)) +
          ROUND[i] + w[i]) | 0;
        var u = (((a >>> 2 | a << 30) ^ (a >>> 13 | a << 19) ^ (a >>> 22 | a << 10)) + ((a & c1) ^ (a & c2) ^ (c1 & c2))) | 0;
        k = g; g = f; f = e; e = (d + t) | 0; d = c2; c2 = c1; c1 = a; a = (t + u) | 0;
      }
      h[0] += a; h[1] += c1; h[2] += c2; h[3] += d; h[4] += e; h[5] += f; h[6] += g; h[7] += k;
    }
    var out = new Uint8Array(32), to = new DataView(out.buffer);
    h.forEach(function (word, at) { to.setUint32(4 * at, word); });
    return out;
  }

  function hmac(key, message) {
    var block = new Uint8Array(64);
    block.set(key.length > 64 ? sha256(key) : key);
    var pad = function (byte) { return block.map(function (b) { return b ^ byte; }); };
    return sha256(join([pad(0x5c), sha256(join([pad(0x36), message]))]));
  }

  function hex(bytes) {
    return Array.from(bytes, function (b) { return (b + 256).toString(16).slice(1); }).join("");
  }

  function unhex(text, length) {
    if (typeof text !== "string" || text.length !== 2 * length || !/^[0-9a-f]*$/.test(text)) return null;
    var bytes = new Uint8Array(length);
    for (var i = 0; i < length; i++) bytes[i] = parseInt(text.substr(2 * i, 2), 16);
    return bytes;
  }

  function u32(n) {
    return new Uint8Array([n >>> 24, n >>> 16, n >>> 8, n]);
  }

  function lp(text) {
    var bytes = utf8.encode(text);
    return join([u32(bytes.length), bytes]);
  }

  // --- draw-v1 -------------------------------------------------------------------------------------------------
  function commitment(eventId, seed) {
    return sha256(join([utf8.encode("draw-v1/seed"), lp(eventId), seed]));
  }

  function leaf(eventId, tag, weight) {
    return sha256(join([[0], utf8.encode("draw-v1/entry"), lp(eventId), tag, u32(weight)]));
  }

  function tree(leaves) {
    if (leaves.length === 0) return sha256(new Uint8Array(0));
    // Level by level, a last one alone going up as it is: the same tree as split at the largest power of two.
    while (leaves.length > 1) {
      var above = [];
      for (var i = 0; i + 1 < leaves.length; i += 2) above.push(sha256(join([[1], leaves[i], leaves[i + 1]])));
      if (leaves.length % 2) above.push(leaves[leaves.length - 1]);
      leaves = above;
    }
    return leaves[0];
  }

  function finalKey(seed, eventId, drawNo, rootHash, count, beacon) {
    return hmac(seed, join([utf8.encode("draw-v1/final"), lp(eventId), u32(drawNo), rootHash,
      u32(Math.floor(count / 4294967296)), u32(count), beacon]));
  }

  function numbers(key) {
    var words = new DataView(key.buffer, key.byteOffset), counter = 0, block = null, at = 64;
    function fill() {
      var from = new Uint32Array([0x61707865, 0x3320646e, 0x79622d32, 0x6b206574, 0, 0, 0, 0, 0, 0, 0, 0,
        counter % 4294967296, Math.floor(counter / 4294967296), 0, 0]);
      for (var i = 0; i < 8; i++) from[4 + i] = words.getUint32(4 * i, true);
      var x = new Uint32Array(from);
      function quarter(a, b, c, d) {
        x[a] += x[b]; x[d] ^= x[a]; x[d] = x[d] << 16 | x[d] >>> 16;
        x[c] += x[d]; x[b] ^= x[c]; x[b] = x[b] << 12 | x[b] >>> 20;
        x[a] += x[b]; x[d] ^= x[a]; x[d] = x[d] << 8 | x[d] >>> 24;
        x[c] += x[d]; x[b] ^= x[c]; x[b] = x[b] << 7 | x[b] >>> 25;
      }
      for (var r = 0; r < 10; r++) {
        quarter(0, 4, 8, 12); quarter(1, 5, 9, 13); quarter(2, 6, 10, 14); quarter(3, 7, 11, 15);
        quarter(0, 5, 10, 15); quarter(1, 6, 11, 12); quarter(2, 7, 8, 13); quarter(3, 4, 9, 14);
      }
      block = new DataView(new ArrayBuffer(64));
      for (i = 0; i < 16; i++) block.setUint32(4 * i, x[i] + from[i], true);
      counter++;
      at = 0;
    }
    return function below(m) {
      var all = BigInt("18446744073709551616"), many = BigInt(m), limit = all - (all % many);
      for (;;) {
        if (at === 64) fill();
        var x = (BigInt(block.getUint32(at + 4, true)) << BigInt(32)) + BigInt(block.getUint32(at, true));
        at += 8;
        if (x < limit) return Number(x % many);
      }
    };
  }

  function pick(mode, weights, key, places) {
    var below = numbers(key), count = weights.length, picked = [], i;
    if (mode === "UNIFORM") {
      var list = weights.map(function (_, place) { return place; });
      for (i = 0; i < Math.min(places, count); i++) {
        var j = i + below(count - i), other = list[i];
        list[i] = list[j];
        list[j] = other;
        picked.push(list[i]);
      }
      return picked;
    }
    // Sums of stretches (Fenwick): a place is found and taken out in a few steps, however long the list.
    var sums = new Array(count + 1).fill(0), left = 0, top = 1;
    function add(place, by) {
      for (var p = place + 1; p <= count; p += p & -p) sums[p] += by;
    }
    weights.forEach(function (weight, place) { add(place, weight); left += weight; });
    while (top * 2 <= count) top *= 2;
    while (picked.length < places && left > 0) {
      var x = below(left), at = 0;
      for (var step = top; step > 0; step = step >>> 1) {
        if (at + step <= count && sums[at + step] <= x) { at += step; x -= sums[at]; }
      }
      add(at, -weights[at]);
      left -= weights[at];
      picked.push(at);
    }
    return picked;
  }

  function canonical(value) {
    if (Array.isArray(value)) return "[" + value.map(canonical).join(",") + "]";
    if (value !== null && typeof value === "object") {
      return "{" + Object.keys(value).sort().map(function (key) {
        return JSON.stringify(key) + ":" + canonical(value[key]);
      }).join(",") + "}";
    }
    if (typeof value === "number" && !Number.isSafeInteger(value)) throw new Error("no integer");
    return JSON.stringify(value);
  }

  /** What is wrong with a bundle, as names of sentences; nothing if all of it fits. */
  function verify(b) {
    var faults = [], say = function (fault) { if (faults.indexOf(fault) < 0) faults.push(fault); };
    var there = function (x) { return x !== null && x !== undefined; };
    if (b.version !== "draw-v1") say("version");
    var stage = there(b.drawnAt) ? "DRAWN" : there(b.frozenAt) ? "FROZEN" : "COMMITTED";
    [["entries", stage !== "COMMITTED"], ["entriesRoot", stage !== "COMMITTED"], ["seed", stage === "DRAWN"],
      ["winners", stage === "DRAWN"], ["alternates", stage === "DRAWN"]].forEach(function (due) {
      if (there(b[due[0]]) !== due[1]) say("shape");
    });
    if (stage === "DRAWN" && !there(b.frozenAt)) say("shape");
    var times = [b.committedAt, b.frozenAt, b.drawnAt].filter(there).map(Date.parse);
    times.forEach(function (time, i) { if (!(time >= (i ? times[i - 1] : time))) say("times"); });
    b.forfeits.forEach(function (f) {
      if (stage !== "DRAWN" || !(Date.parse(f.at) >= Date.parse(b.drawnAt))) say("times");
    });

    try {
      if (b.rulesHash !== hex(sha256(utf8.encode(canonical(b.rules))))) say("rulesHash");
    } catch (_) { say("rulesHash"); }
    var rules = b.rules && typeof b.rules === "object" ? b.rules : {};
    ["eventId", "drawId", "drawNo", "mode"].forEach(function (name) {
      if (there(rules[name]) && rules[name] !== b[name]) say("againstRules");
    });
    var beaconRule = rules.beacon, round = function (x) { return there(x) ? x : null; };
    if (there(beaconRule) && (beaconRule.id !== b.beacon.id || round(beaconRule.round) !== round(b.beacon.round))) say("againstRules");
    var beacon = null;
    if (b.beacon.id === "none") {
      if (there(b.beacon.value)) say("shape"); else beacon = new Uint8Array(32);
    } else if (there(b.beacon.value)) {
      beacon = unhex(b.beacon.value, 32);
      if (!beacon) say("shape");
    } else if (stage === "DRAWN") say("shape");

    var seed = there(b.seed) ? unhex(b.seed, 32) : null;
    if (there(b.seed) && !seed) say("shape");
    if (!unhex(b.commitment, 32)) say("shape");
    if (seed && hex(commitment(b.eventId, seed)) !== b.commitment) say("commitment");

    var weights = null, rootHash = null;
    if (Array.isArray(b.entries)) {
      var leaves = [];
      weights = [];
      b.entries.forEach(function (entry, i) {
        var tag = unhex(entry.tag, 32);
        if (!tag || !(Number.isInteger(entry.weight) && entry.weight >= 0 && entry.weight < 4294967296)) { say("shape"); return; }
        if (i && !(b.entries[i - 1].tag < entry.tag)) say("order");
        leaves.push(leaf(b.eventId, tag, entry.weight));
        weights.push(entry.weight);
      });
      rootHash = unhex(b.entriesRoot, 32);
      if (!rootHash) say("shape");
      else if (leaves.length !== b.entries.length || hex(tree(leaves)) !== b.entriesRoot) say("entriesRoot");
    }

    if (seed && beacon && weights && rootHash && weights.length === b.entries.length &&
        Array.isArray(b.winners) && Array.isArray(b.alternates)) {
      if (Number.isInteger(rules.winnerCount) && b.winners.length !== Math.min(rules.winnerCount, weights.length)) say("winnerCount");
      var key = finalKey(seed, b.eventId, b.drawNo, rootHash, weights.length, beacon);
      var picked = pick(b.mode, weights, key, b.winners.length + b.alternates.length);
      var fits = function (places, from) {
        return places.every(function (place, i) {
          var entry = b.entries[picked[from + i]];
          return entry && place.rank === i + 1 && place.tag === entry.tag;
        });
      };
      if (!fits(b.winners, 0)) say("winners");
      if (!fits(b.alternates, b.winners.length)) say("alternates");
    }

    var drawn = new Set((b.winners || []).concat(b.alternates || []).map(function (place) { return place.tag; }));
    b.forfeits.forEach(function (f) { if (!drawn.delete(f.tag)) say("forfeits"); });
    return {
      stage: stage, faults: faults, entries: (b.entries || []).length, winners: (b.winners || []).length,
      alternates: (b.alternates || []).length
    };
  }

  var draw = { verify: verify, commitment: commitment, leaf: leaf, tree: tree, finalKey: finalKey, pick: pick, sha256: sha256, hex: hex, unhex: unhex };
  if (typeof module === "object" && module.exports) { module.exports = draw; return; }
  root.janchiDraw = draw;

  // --- the page ------------------------------------------------------------------------------------------------
  var place = root.document && root.document.querySelector("[data-verify]");
  if (!place) return;
  var words = JSON.parse(place.dataset.words), start = place.querySelector("[data-start]");
  var result = place.querySelector("[data-result]"), button = start.querySelector("button");

  function show(tone, lines) {
    var box = root.document.createElement("div");
    box.className = "notice " + tone;
    var inner = box.appendChild(root.document.createElement("div"));
    lines.forEach(function (line, i) {
      var p = inner.appendChild(root.document.createElement("p"));
      if (!i) p.className = "strong";
      p.textContent = line;
    });
    result.replaceChildren(box);
  }

  function told(report) {
    if (report.faults.length) {
      return show("bad", [words.bad].concat(report.faults.map(function (fault) { return words[fault]; })));
    }
    var text = report.stage === "DRAWN" ? words.good : report.stage === "FROZEN" ? words.frozen : words.early;
    show("good", [text.replace(/\{(\w+)\}/g, function (_, name) { return report[name].toLocaleString(); })]);
  }

  button.addEventListener("click", function () {
    button.disabled = true;
    show("plain", [words.working]);
    root.fetch(place.dataset.bundle, { credentials: "omit" })
      .then(function (answer) { if (!answer.ok) throw new Error("away"); return answer.json(); })
      .then(function (bundle) {
        var report;
        try { report = verify(bundle); } catch (_) { report = { faults: ["shape"] }; }
        told(report);
      })
      .catch(function () { show("careful", [words.away]); })
      .then(function () { button.disabled = false; });
  });
  start.hidden = false;
})(typeof window === "object" ? window : globalThis);
