#!/bin/sh
# Fills the hashes of the passwords into the access list and becomes Redis. `entrypoint.sh print` only shows the list.
# The plain passwords stay in the environment: no file and no command line holds them.
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
access_list > /run/janchi/users.acl
chown redis /run/janchi/users.acl
exec docker-entrypoint.sh redis-server --aclfile /run/janchi/users.acl --dir /data --appendonly yes --save 900 1
