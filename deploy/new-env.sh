#!/bin/sh
# Writes .env.example with every empty secret made anew into a file that only its owner may read:  deploy/new-env.sh .env
# A file that is there stays: the keys in it open what is stored. Without a name it prints. Needs openssl.
set -eu

example=$(dirname "$0")/../.env.example
command -v openssl >/dev/null || { echo "openssl is missing" >&2; exit 1; }
if [ -n "${1:-}" ]; then
    umask 077
    set -C
    exec >"$1"
fi
signing_key() {
    openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 |
        openssl pkcs8 -topk8 -nocrypt -outform DER | openssl base64 -A
}
receipt_key=$(signing_key)

if [ -f /dev/stdout ]; then chmod 600 /dev/stdout; fi
while IFS= read -r line; do
    case $line in
        ADMIN_PASSWORD= | GATEWAY_PASSWORD= | *_SERVICE_PASSWORD=) value=$(openssl rand -hex 20) ;;
        SERVICE_TOKEN_SECRET= | *_LOOKUP_KEY=) value=$(openssl rand -base64 32) ;;
        *_ENCRYPTION_KEYS=) value=k1:$(openssl rand -base64 32) ;;
        OWNER_SIGNING_KEY=) value=$(signing_key) ;;
        RECEIPT_SIGNING_KEY=) value=$receipt_key ;;
        RECEIPT_PUBLIC_KEY=)
            value=$(printf %s "$receipt_key" | openssl base64 -d -A |
                openssl pkey -inform DER -pubout -outform DER | tail -c 65 | openssl base64 -A)
            ;;
        *) value= ;;
    esac
    printf '%s%s\n' "$line" "$value"
done <"$example"
