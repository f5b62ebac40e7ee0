#!/bin/bash
# Fills the salted hashes of the passwords into the definitions and becomes RabbitMQ, which loads them while it starts:
# a changed password counts from the next start. `entrypoint.sh print` only shows the definitions. JANCHI_RUN names
# another folder in memory than the container's.
set -euo pipefail

here=$(dirname "$0")

to_bytes() { printf '%b' "$(sed 's/../\\x&/g' <<<"$1")"; }

# RabbitMQ's own form: base64(salt || SHA-256(salt || password)).
hash_password() {
    local salt digest
    salt=$(od -An -N4 -tx1 /dev/urandom | tr -d ' \n')
    digest=$({ to_bytes "$salt"; printf %s "$1"; } | sha256sum | cut -d ' ' -f 1)
    to_bytes "$salt$digest" | base64 -w 0
}

definitions() {
    local text name
    text=$(<"$here/definitions.json")
    for name in $(grep -o '@[A-Z_]*@' <<<"$text" | tr -d @ | sort -u); do
        [[ -n "${!name:-}" ]] || { echo "$name is not set" >&2; exit 1; }
        text=${text//"@$name@"/$(hash_password "${!name}")}
    done
    printf '%s\n' "$text"
}

if [[ "${1:-}" == print ]]; then
    definitions
    exit
fi

umask 077
run="${JANCHI_RUN:-/run/janchi}"
definitions >"$run/definitions.json"
{ cat "$here/janchi.conf"; printf 'load_definitions = %s\n' "$run/definitions.json"; } >"$run/rabbitmq.conf"
[[ "$(id -u)" != 0 ]] || chown rabbitmq "$run/definitions.json" "$run/rabbitmq.conf"
export RABBITMQ_CONFIG_FILE="$run/rabbitmq.conf"
exec docker-entrypoint.sh rabbitmq-server
