#!/usr/bin/env bash
# Builds the gateway as it is released and the benchmark, and runs it. Arguments go to the benchmark; see ../README.md.
set -euo pipefail
cd "$(dirname "$0")/../.."
cargo build --profile edge -p janchi-gateway --bin janchi-gateway
cargo build --release -p janchi-bench --bins
exec "${CARGO_TARGET_DIR:-target}/release/gateway-bench" "$@"
