#!/usr/bin/env bash
# What plans have to reach: first how many owners find an answer in a replayed week, then a running fleet's times.
#   cargo janchi up       # in another terminal; without a vendor's key the planner makes the plans
#   bench/plans.sh        # --gateway URL for another fleet; PROFILE=dev where the fleet is a debug build, too
set -euo pipefail
cd "$(dirname "$0")/.."
profile="${PROFILE:-release}"
cargo run --quiet --profile "$profile" --locked -p ai-service --example warm_week
cargo run --quiet --profile "$profile" --locked -p janchi-bench -- --only-plans "$@"
