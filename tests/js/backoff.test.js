import assert from "node:assert/strict";
import { test } from "node:test";

import { Backoff } from "../../components/shared/backoff.js";

test("pauses double up to the longest", () => {
  const backoff = new Backoff(200, 1000);
  assert.deepEqual(
    Array.from({ length: 5 }, () => backoff.next()),
    [200, 400, 800, 1000, 1000],
  );
});

test("a success makes the next pause the first again", () => {
  const backoff = new Backoff(200, 1000);
  backoff.next();
  backoff.next();
  backoff.reset();
  assert.equal(backoff.next(), 200);
});

test("a refusal makes the next pause the longest", () => {
  const backoff = new Backoff(200, 1000);
  backoff.exhaust();
  assert.equal(backoff.next(), 1000);
});
