#!/bin/sh
# Fills the hashes of the passwords into the access list and becomes Redis. `entrypoint.sh print` only shows the list.
# The plain passwords stay in the environment: no file and no command line holds them. JANCHI_RUN names another folder
# in memory than the container's.
set -eu

here=$(dirname "$0")

access_list() {
    text=$(cat "$here/users.acl")
    for name in $(printf '%s\n' "$text" | grep -o '@[A-Z_]*@' | tr -d @ | sort -u); do
        eval "password=\${$name:-}"
        [ -n "$password" ] || { echo "$name is not set" >&2; exit 1; }
        hash=$(printf %s "$password" | sha256sum | cut -d ' ' -f 1)
        text=$(printf '%s\n' "$text" | sed "s/@$name@/$hash/g")
    done
    printf '%s\n' "$text"
}

if [ "${1:-}" = print ]; then
    access_list
    exit
fi

umask 077
run=${JANCHI_RUN:-/run/janchi}
access_list >"$run/users.acl"
[ "$(id -u)" != 0 ] || chown redis "$run/users.acl"
# Whatever is in here can be made again: what was used longest ago goes first when it is full.
exec docker-entrypoint.sh redis-server --aclfile "$run/users.acl" --dir /data --appendonly yes --save 900 1 \
    --maxmemory 256mb --maxmemory-policy allkeys-lru
