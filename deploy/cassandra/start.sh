#!/bin/bash
# Entrypoint of the Cassandra containers: starts Cassandra and, at its first start, creates the role `inkling` that the
# web replicas log in with. Its password is in the file CASSANDRA_PASSWORD_FILE; a new password there takes effect at
# the next start. The superuser `cassandra` gets a random password, kept on the data volume.
set -eu

password=$(cat "$CASSANDRA_PASSWORD_FILE")
superuser_file=/var/lib/cassandra/superuser-password

umask 077
[ -s "$superuser_file" ] || od -An -N24 -tx1 /dev/urandom | tr -d ' \n' >"$superuser_file"
mkdir -p "$HOME/.cassandra"
write_credentials() {
  printf '[PlainTextAuthProvider]\nusername = %s\npassword = %s\n' "$2" "$3" >"$HOME/.cassandra/$1"
}
write_credentials credentials inkling "$password" # what cqlsh uses unless told otherwise
write_credentials superuser cassandra "$(cat "$superuser_file")"
write_credentials default cassandra cassandra

run_as() { cqlsh --credentials "$HOME/.cassandra/$1" -e "$2"; }

# The superuser changes before the role exists: where the role can log in, the default password no longer works.
# system_auth is replicated last, because the superuser's own login needs a quorum of its replicas.
create_role() {
  run_as default "ALTER ROLE cassandra WITH PASSWORD = '$(cat "$superuser_file")'" || true
  run_as superuser "CREATE ROLE IF NOT EXISTS inkling WITH LOGIN = true" || return
  run_as superuser "GRANT CREATE ON ALL KEYSPACES TO inkling" || return
  run_as superuser "GRANT ALL PERMISSIONS ON KEYSPACE inkling TO inkling" || true # exists only in an upgrade
  run_as superuser "ALTER ROLE inkling WITH PASSWORD = '$password'" || return
  [ "${CASSANDRA_REPLICATION:-1}" = 1 ] || run_as superuser "ALTER KEYSPACE system_auth WITH replication =
    {'class': 'NetworkTopologyStrategy', '${CASSANDRA_DC:-dc1}': $CASSANDRA_REPLICATION}"
}

create_role_once_started() {
  until (exec 3<>/dev/tcp/127.0.0.1/9042) 2>/dev/null; do sleep 1; done
  until run_as credentials "SELECT release_version FROM system.local"; do
    create_role || sleep 1
  done
}
create_role_once_started >/dev/null 2>&1 &

exec docker-entrypoint.sh cassandra -f
