#!/bin/sh
# Copies the primary if there is nothing yet, and follows it. To promote it when the primary is lost:
#   docker compose exec standby pg_ctl promote
# and never start the old primary again before it is made a standby of this one (pg_rewind or a new copy).
set -eu
umask 077
export PGDATA=/var/lib/postgresql/data
if [ ! -s "$PGDATA/PG_VERSION" ]; then
    until pg_basebackup --pgdata="$PGDATA" --wal-method=stream --write-recovery-conf --slot=standby \
        --dbname="host=primary user=replication application_name=standby"; do
        echo "the primary does not answer yet"
        find "$PGDATA" -mindepth 1 -delete
        sleep 2
    done
    chmod 700 "$PGDATA"
fi
exec postgres
