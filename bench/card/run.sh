#!/usr/bin/env bash
# Times our cards and, in the same run on the same core, other programs drawing the same card. See ../README.md.
# The peers are installed once: npm install --prefix "$PEERS" satori @resvg/resvg-js sharp
set -euo pipefail
here="$(cd "$(dirname "$0")" && pwd)"; cd "$here/../.."
core="${CORE:-0}"; peers="${PEERS:-/tmp/janchi-peers}"; fonts=/usr/share/fonts/truetype/nanum
work="$(mktemp -d)"; trap 'rm -rf "$work"' EXIT
# The peers' card is set in NanumGothic: our two plain faces are that for this card alone.
for f in "$fonts"/*.ttf; do ln -s "$f" "$work/"; done
ln -sf "$fonts/NanumGothic.ttf" "$work/NanumSquareR.ttf"; ln -sf "$fonts/NanumGothicBold.ttf" "$work/NanumSquareB.ttf"
cargo build --release -p content-service --example card_bench
bench="${CARGO_TARGET_DIR:-target}/release/examples/card_bench"
python3 - "$here" "$work/card.svg" <<'P'
import json, sys
here, out = sys.argv[1:]
svg = open(f"{here}/card.svg").read()
for key, value in json.load(open(f"{here}/data.json")).items(): svg = svg.replace("{{" + key + "}}", value)
open(out, "w").write(svg)
P
for round in 1 2 3; do
  echo "== round $round"
  taskset -c "$core" "$bench" "$here" "$work"
  if [ -d "$peers/node_modules" ]; then taskset -c "$core" node "$here/peer.mjs" "$peers" "$work/card.svg" 15 "$work"; else echo "no peers in $peers"; fi
done
echo "== ten jobs on all cores"
"$bench" jobs
