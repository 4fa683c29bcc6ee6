#!/usr/bin/env bash
# Runs the README's own commands, word for word, in order. A block is taken when a comment "readme-check: KIND" stands
# before it: server (in the background, waits until it is healthy), file NAME (written), run (must exit 0),
# until TEXT (run again until TEXT is printed).
set -euo pipefail
cd "$(dirname "$0")/../.."
work=$(mktemp -d)
logs="$work/server.log"
server=""
stop() {
  [ -f .varve/server.pid ] && kill "$(cat .varve/server.pid)" 2>/dev/null || true
  [ -f .varve/demo.pid ] && kill "$(cat .varve/demo.pid)" 2>/dev/null || true
  [ -n "$server" ] && wait "$server" 2>/dev/null || true
  if [ -n "${KEEP:-}" ]; then return; fi
  rm -rf "$work" order.yaml
}
trap stop EXIT
fail() { echo "readme-check: $*" >&2; tail -n 40 "$logs" >&2 2>/dev/null || true; exit 1; }

awk -v dir="$work" '
  /^<!-- readme-check: / { kind = $0; sub(/^<!-- readme-check: /, "", kind); sub(/ -->$/, "", kind); next }
  /^```/ && kind != "" && !inside { inside = 1; n++; file = sprintf("%s/%03d", dir, n); print kind > (file ".kind"); printf "" > (file ".text"); next }
  /^```/ && inside { inside = 0; kind = ""; close(file ".text"); close(file ".kind"); next }
  inside { print > (file ".text") }
' README.md

blocks=0
for kindfile in "$work"/*.kind; do
  kind=$(cat "$kindfile"); text="${kindfile%.kind}.text"; blocks=$((blocks + 1))
  echo "readme-check: [$kind] $(head -n 1 "$text")"
  case "$kind" in
    server)
      bash "$text" >>"$logs" 2>&1 &
      server=$!
      for _ in $(seq 1 600); do
        curl -sf http://127.0.0.1:8080/health/ready >/dev/null 2>&1 && break
        kill -0 "$server" 2>/dev/null || fail "the server ended"
        sleep 0.5
      done
      curl -sf http://127.0.0.1:8080/health/ready >/dev/null || fail "the server is not ready" ;;
    file\ *) cp "$text" "${kind#file }" ;;
    run) bash -euo pipefail "$text" || fail "failed: $(cat "$text")" ;;
    until\ *)
      for _ in $(seq 1 120); do
        if bash "$text" >"$work/out" 2>&1 && grep -q "${kind#until }" "$work/out"; then cat "$work/out"; continue 2; fi
        sleep 0.5
      done
      cat "$work/out" >&2; fail "never printed ${kind#until }" ;;
    *) fail "unknown kind $kind" ;;
  esac
done
[ "$blocks" -ge 11 ] || fail "only $blocks blocks found"
repeats=$(grep -c '"repeated":true' .varve/demo/journal.jsonl || true)
[ "$repeats" -ge 1 ] || fail "the journal shows no repeated call"
echo "readme-check: $blocks blocks passed, repeated calls in the shop's journal: $repeats"
