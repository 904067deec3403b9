#!/bin/sh
# Runs once, when the primary's data folder is new: the account that the standby copies with, and who may.
set -eu
psql --username="$POSTGRES_USER" --dbname="$POSTGRES_DB" --set=ON_ERROR_STOP=1 --set=password="$DRAN_REPLICATION_PASSWORD" <<'SQL'
CREATE ROLE replication WITH REPLICATION LOGIN PASSWORD :'password';
SELECT pg_create_physical_replication_slot('standby');
SQL
echo "host replication replication samenet scram-sha-256" >> "$PGDATA/pg_hba.conf"

# From here on a commit is answered when both have it. Until the standby is there, nothing is answered: a
# primary that answers alone again is an operator's decision, made with
#   ALTER SYSTEM SET synchronous_standby_names = ''; SELECT pg_reload_conf();
psql --username="$POSTGRES_USER" --dbname="$POSTGRES_DB" --set=ON_ERROR_STOP=1 <<'SQL'
ALTER SYSTEM SET synchronous_standby_names = 'FIRST 1 (standby)';
SQL
