#!/bin/sh
# Puts replicas of the image `docker compose build web` made in the place of those that run, with no gap:
# the new ones start beside the old, and when they are ready the old ones go, one after another. Each hands
# what waits in its outbox to Cassandra as it ends; one that could not is kept, and said.
set -eu

old=$(docker compose ps --quiet web)
[ -n "$old" ] || { echo "No replica runs: docker compose up --detach starts them." >&2; exit 1; }
count=$(echo "$old" | wc -l)

docker compose up --detach --wait --no-recreate --scale web=$((2 * count)) web
new=$(docker compose ps --quiet web | grep -vxF "$old" | head -1)
image=$(docker inspect --format '{{.Image}}' "$new")
for replica in $old; do
  docker stop "$replica" >/dev/null
  waiting=$(docker run --rm --volumes-from "$replica" "$image" python -m db waiting) || waiting="Perhaps some"
  if [ "$waiting" != 0 ]; then
    docker start "$replica" >/dev/null
    echo "$waiting readings wait in replica $replica for Cassandra, so it goes on. Run this again when" \
      "/api/health/ready says \"ready\"." >&2
    exit 1
  fi
  docker rm "$replica" >/dev/null
done
