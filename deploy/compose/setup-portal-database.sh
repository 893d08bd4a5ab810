#!/bin/sh
# Creates the role and the database of the sender portal, and sets the role's password: each start gives the same.
# Environment: PGHOST, PGUSER (a superuser) and PGPASSWORD of the server; PORTAL_PASSWORD_FILE.
set -eu
password="$(cat "$PORTAL_PASSWORD_FILE")"
psql --no-psqlrc --quiet --set ON_ERROR_STOP=1 --set password="$password" --dbname postgres <<'SQL'
SELECT 'CREATE ROLE portal LOGIN' WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'portal') \gexec
ALTER ROLE portal PASSWORD :'password';
SELECT 'CREATE DATABASE portal OWNER portal' WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = 'portal') \gexec
REVOKE CONNECT ON DATABASE portal FROM PUBLIC;
SQL
