#!/usr/bin/env bash
# Builds what is released and the benchmark of entries and draws, and runs it. Arguments go to the benchmark; see
# ../README.md.
set -euo pipefail
cd "$(dirname "$0")/../.."
export SQLX_OFFLINE=true
cargo build --release --locked -p participation-service -p janchi-gateway -p janchi-cli -p janchi-bench --bins --example desk
exec "${CARGO_TARGET_DIR:-target}/release/entries-bench" "$@"
