#!/bin/sh
# Replaces the running replicas by replicas of the newly built image without downtime: starts the new ones, waits
# until they are ready, then stops the old ones one at a time. A replica that stops writes its outbox to Cassandra;
# if that fails, the script starts it again and exits with an error.
set -eu

old=$(docker compose ps --quiet web)
[ -n "$old" ] || { echo "No replica is running: start them with docker compose up --detach." >&2; exit 1; }
count=$(echo "$old" | wc -l)

docker compose up --detach --wait --no-recreate --scale web=$((2 * count)) web
new=$(docker compose ps --quiet web | grep -vxF "$old" | head -1)
image=$(docker inspect --format '{{.Image}}' "$new")
for replica in $old; do
  docker stop "$replica" >/dev/null
  waiting=$(docker run --rm --volumes-from "$replica" "$image" python -m db waiting) || waiting="An unknown number of"
  if [ "$waiting" != 0 ]; then
    docker start "$replica" >/dev/null
    echo "$waiting predictions in the outbox of replica $replica are not yet in Cassandra, so it keeps running. Run this again when" \
      "/api/health/ready answers \"ready\"." >&2
    exit 1
  fi
  docker rm "$replica" >/dev/null
done
