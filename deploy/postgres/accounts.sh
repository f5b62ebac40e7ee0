#!/bin/bash
# Seven databases and seven login roles: each role owns its own database and can enter no other. Compose runs this before
# the migrations at every start: a changed password counts from then on, and a first start that was broken off is made
# whole. Reads PGHOST and PGPASSWORD as psql does.
set -euo pipefail

for service in user event ai content distribution participation analytics; do
    password_variable="${service^^}_SERVICE_PASSWORD"
    [[ -n "${!password_variable:-}" ]] || { echo "$password_variable is not set" >&2; exit 1; }
    # psql reads the password from its environment: an argument would be in the list of processes.
    psql --no-psqlrc --quiet --set ON_ERROR_STOP=1 --set role="${service}_service" \
        --set password_variable="$password_variable" \
        --username janchi --dbname postgres <<'SQL'
\getenv password :password_variable
select format('create role %I', :'role')
    where not exists (select from pg_roles where rolname = :'role') \gexec
alter role :"role" login nosuperuser nocreatedb nocreaterole noreplication connection limit 60 password :'password';
select format('create database %I owner %I', :'role', :'role')
    where not exists (select from pg_database where datname = :'role') \gexec
revoke all on database :"role" from public;
SQL
done

psql --no-psqlrc --quiet --set ON_ERROR_STOP=1 --username janchi --dbname postgres \
    --command 'revoke all on database postgres, template1 from public'
