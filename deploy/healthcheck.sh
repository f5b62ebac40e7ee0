#!/bin/bash
# Whether the process in this container answers /readyz (or another path of its admin port) with 200.
# bash opens the connection itself: the image needs neither curl nor wget.
set -euo pipefail
path="${1:-readyz}"
port="${ADMIN_ADDR##*:}"
exec 3<>"/dev/tcp/127.0.0.1/${port}"
printf 'GET /%s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n' "$path" >&3
IFS= read -r -t 5 line <&3
[[ "$line" == "HTTP/1.1 200"* ]]
