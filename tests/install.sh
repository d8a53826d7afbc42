#!/bin/sh
# Installs what the tests need besides Python (Chromium, Java 17, Maven) if it runs as root and apt-get exists.
# Otherwise it prints what is missing; with STRICT=1 it then exits with an error.
set -eu

missing=""
command -v chromium >/dev/null || command -v chromium-browser >/dev/null \
  || command -v google-chrome >/dev/null || missing="$missing chromium"
[ -n "${CASSANDRA_CONTACT_POINTS:-}" ] || command -v java >/dev/null \
  || missing="$missing openjdk-17-jre-headless"
[ -n "${CASSANDRA_CONTACT_POINTS:-}" ] || command -v mvn >/dev/null || missing="$missing maven"
fc-list 2>/dev/null | grep -qi cjk || missing="$missing fonts-noto-cjk"
[ -n "$missing" ] || exit 0

if command -v apt-get >/dev/null && [ "$(id -u)" = 0 ]; then
  echo "Installing$missing"
  apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq $missing >/dev/null && exit 0
fi
echo "The tests need$missing: please install it (the tests that need it are skipped without)." >&2
[ -z "${STRICT:-}" ]
