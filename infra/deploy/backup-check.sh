#!/usr/bin/env bash
# Carries out the backup runbook (infra/docs/backup.md) with the PostgreSQL tools of this machine, on a throwaway server:
# a dump and a base backup are taken while executions run, each is restored, and a Varve on it must find the chain whole
# and finish what was open. Needs ./varve to be built. Root is allowed: the server's programs run as nobody.
set -euo pipefail
cd "$(dirname "$0")/../.."
bin=${PG_BIN:-$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -n 1)}
[ -x "$bin/pg_basebackup" ] || { echo "backup-check: no PostgreSQL tools (set PG_BIN)" >&2; exit 3; }
work=$(mktemp -d /tmp/varve-backup-XXXXXX)
chmod 755 "$work"
as_server() { if [ "$(id -u)" = 0 ]; then setpriv --reuid=nobody --regid=nogroup --clear-groups "$@"; else "$@"; fi; }
owned() { mkdir -p "$1"; chmod 700 "$1"; if [ "$(id -u)" = 0 ]; then chown nobody "$1"; fi; }
free_port() {
  local port
  while :; do
    port=$((20000 + RANDOM % 12000))
    if ! (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; then
      echo "$port"
      return
    fi
  done
}
pids=()
clusters=()
cleanup() {
  for pid in "${pids[@]}"; do kill "$pid" 2>/dev/null || true; wait "$pid" 2>/dev/null || true; done
  for cluster in "${clusters[@]}"; do as_server "$bin/pg_ctl" -D "$cluster" -m immediate stop >/dev/null 2>&1 || true; done
  rm -rf "$work"
}
trap cleanup EXIT

start_cluster() { # directory, port
  as_server "$bin/pg_ctl" -D "$1" -w -l "$1/log" -o "-p $2 -k '' -c listen_addresses=127.0.0.1" start >/dev/null
  clusters+=("$1")
}

start_varve() { # database port, database name; sets $door and $varve
  local http
  http=$(free_port)
  DATABASE_URL="postgresql://varve:secret@127.0.0.1:$1/$2?sslmode=disable" VARVE_AOT=off VARVE_LEASE=2s \
    ./varve server --port "$http" --data-dir "$work/varve-$http" >"$work/varve-$http.log" 2>&1 &
  varve=$!
  pids+=("$varve")
  door=http://127.0.0.1:$http
  for _ in $(seq 1 600); do
    if curl -sf -o /dev/null "$door/health/ready"; then return; fi
    kill -0 "$varve" 2>/dev/null || { cat "$work/varve-$http.log" >&2; exit 1; }
    sleep 0.1
  done
  echo "backup-check: the server does not serve" >&2
  exit 1
}

stop_varve() { kill "$varve"; wait "$varve" || true; }

check() { # name: the chain is whole, everything that was open ends, nothing is lost that the backup had
  curl -sf "$door/api/v1/verify" >"$work/verify"
  grep -q '"valid":true' "$work/verify" || { echo "$1: chain broken: $(cat "$work/verify")" >&2; exit 1; }
  for _ in $(seq 1 600); do
    curl -sf "$door/api/v1/executions?status=RUNNING&limit=1" >"$work/running"
    if grep -q '"items":\[\]' "$work/running"; then break; fi
    sleep 0.1
  done
  grep -q '"items":\[\]' "$work/running" || { echo "$1: still running: $(cat "$work/running")" >&2; exit 1; }
  local n
  n=$(psql_in "$2" "$3" "select count(ended_at) || ' of ' || count(*) from read_model.execution")
  echo "$1: chain valid, executions ended: $n, events: $(psql_in "$2" "$3" 'select count(*) from event_store.event')"
}

psql_in() { PGPASSWORD=secret "$bin/psql" -qAtX -h 127.0.0.1 -p "$1" -U varve -d "$2" -c "$3"; }

# A server of somebody, and a Varve on it with work under way
first=$(free_port)
owned "$work/first"
echo secret >"$work/password"
chmod 644 "$work/password"
as_server "$bin/initdb" -D "$work/first" -U varve -A scram-sha-256 --pwfile "$work/password" -E UTF8 --locale C >/dev/null
echo "host replication varve 127.0.0.1/32 scram-sha-256" | as_server tee -a "$work/first/pg_hba.conf" >/dev/null
start_cluster "$work/first" "$first"
psql_in "$first" postgres "create database varve"
start_varve "$first" varve
curl -sf -o /dev/null -H 'Content-Type: application/yaml' --data-binary @- "$door/api/v1/definitions" <<'YAML'
name: slow
nodes:
  - { id: first, type: transform, with: { n: 1 } }
  - { id: wait, type: delay, with: { duration: PT3S } }
  - { id: last, type: task, handler: echo, with: { n: "${nodes.first.output.n + 1}" } }
edges:
  - { from: first, to: wait }
  - { from: wait, to: last }
YAML
begin() { for _ in $(seq 1 "$1"); do curl -sf -o /dev/null -H 'Content-Type: application/json' -d '{"definition":"slow"}' "$door/api/v1/executions"; done; }
begin 100

# 1. A dump, taken while it works, restored into a new database of the same server
PGPASSWORD=secret "$bin/pg_dump" -h 127.0.0.1 -p "$first" -U varve -d varve -Fc -f "$work/varve.dump"
begin 50
# 2. A base backup, taken while it works, with the log it needs
owned "$work/second"
PGPASSWORD=secret as_server "$bin/pg_basebackup" -h 127.0.0.1 -p "$first" -U varve -D "$work/second" -X stream -c fast
as_server "$bin/pg_verifybackup" "$work/second" >/dev/null
begin 50
check "the original" "$first" varve
stop_varve

psql_in "$first" varve "create database restored" >/dev/null
PGPASSWORD=secret "$bin/pg_restore" -h 127.0.0.1 -p "$first" -U varve -d restored --exit-on-error "$work/varve.dump"
start_varve "$first" restored
check "restored from the dump" "$first" restored
stop_varve

second=$(free_port)
start_cluster "$work/second" "$second"
start_varve "$second" varve
check "started from the base backup" "$second" varve
stop_varve
echo "backup-check: passed with $("$bin/pg_dump" --version)"
