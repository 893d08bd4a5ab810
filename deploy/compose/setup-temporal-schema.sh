#!/bin/sh
# Creates both databases and brings their schemas to the version of this release of Temporal. Safe to repeat, and part of each
# upgrade. TEMPORAL_POSTGRES is host:port, TEMPORAL_POSTGRES_PASSWORD the password of the user temporal.
set -eu
host="${TEMPORAL_POSTGRES%:*}"
port="${TEMPORAL_POSTGRES##*:}"
tool="${TEMPORAL_SQL_TOOL:-temporal-sql-tool}"

# The password goes through the environment: other users can read command lines.
export SQL_PASSWORD="$TEMPORAL_POSTGRES_PASSWORD"
sql() { "$tool" --plugin postgres12 --ep "$host" -p "$port" -u temporal "$@"; }

for schema in temporal visibility; do
  database=temporal
  [ "$schema" = temporal ] || database=temporal_visibility
  sql --db "$database" create
  # Only a new database has no version; on another this would start again from 0.
  sql --db "$database" update-schema --schema-name "postgresql/v12/$schema" || {
    sql --db "$database" setup-schema -v 0.0
    sql --db "$database" update-schema --schema-name "postgresql/v12/$schema"
  }
done
