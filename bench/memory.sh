#!/usr/bin/env bash
# Resident memory of the eight idle binaries, release build. Needs seven databases in USER_DATABASE_URL and its six
# siblings, REDIS_URL and AMQP_URL, and openssl for throw-away keys. BIN names another folder of binaries.
#   cargo build --release --workspace --bins && bench/memory.sh
set -euo pipefail
cd "$(dirname "$0")/.."
bin="${BIN:-${CARGO_TARGET_DIR:-target}/release}"
work=$(mktemp -d)
pids=()
trap 'kill "${pids[@]}" 2>/dev/null || true; wait; rm -rf "$work"' EXIT

key() { openssl rand -base64 32; }
# PKCS#8 P-256, and the uncompressed point of its public half.
openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 |
    openssl pkcs8 -topk8 -nocrypt -outform DER >"$work/key"
export JWT_SIGNING_KEY=$(base64 -w 0 "$work/key")
export RECEIPT_PUBLIC_KEY=$(openssl pkey -inform DER -in "$work/key" -pubout -outform DER | tail -c 65 | base64 -w 0)
export SERVICE_TOKEN_SECRET=$(key) LOOKUP_KEY=$(key)
export ENCRYPTION_KEYS="k1:$(key)" CDN_DIR="$work/files" PUBLIC_BASE_URL=http://127.0.0.1:8080
export NAMESPACE="t$(openssl rand -hex 8)" RUST_LOG=off

port=18100
services=(user event ai content distribution participation analytics)
for name in "${services[@]}"; do
    export "${name^^}_SERVICE_URL=http://127.0.0.1:$port"
    [[ $name == user ]] && export JWKS_URL="http://127.0.0.1:$port/.well-known/jwks.json"
    port=$((port + 1))
done
port=18100
for name in "${services[@]/%/-service}" janchi-gateway; do
    export LISTEN_ADDR=127.0.0.1:$port ADMIN_ADDR=127.0.0.1:$((port + 100))
    command=()
    if [[ $name != janchi-gateway ]]; then
        "$bin/$name" migrate
        command=(serve)
    fi
    "$bin/$name" "${command[@]}" &
    pids+=($!)
    port=$((port + 1))
done
sleep "${IDLE_SECONDS:-20}"
total=0
at=0
for name in "${services[@]/%/-service}" janchi-gateway; do
    kb=$(awk '/^VmRSS/ {print $2}' "/proc/${pids[$at]}/status")
    printf '%-24s %6.1f MB\n' "$name" "$(awk "BEGIN {print $kb / 1024}")"
    total=$((total + kb))
    at=$((at + 1))
done
printf '%-24s %6.1f MB\n' "all eight" "$(awk "BEGIN {print $total / 1024}")"
