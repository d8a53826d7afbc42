import assert from "node:assert/strict";
import { beforeEach, mock, test } from "node:test";

import { calls, change, clock, createQueue, requests, seen, settle, setUp } from "./correction_fixture.js";

const STORED = "inkling.correction.";

beforeEach(setUp);

test("a label says which one it replaces: the one that is shown", async () => {
  const queue = createQueue();
  seen(queue, "a", "monday");
  queue.add([change("a", "1"), change("b", "2")]);
  assert.deepEqual(
    requests.map(({ replaces }) => replaces),
    ["monday", null],
  );
  requests[0].respond();
  await settle();
  queue.add([change("a", "3", "1")]);
  assert.equal(requests.at(-1).replaces, "time of 1");
});

const theirs = (label = "9", labelled_by = "Bob", labelled_at = "tuesday") => ({
  error: { code: "label_conflict", message: "" },
  prediction: { id: "a", label, labelled_by, labelled_at },
});

test("someone else's newer label is shown and not overwritten", async () => {
  const queue = createQueue();
  seen(queue, "a", "monday");
  queue.add([change("a", "1")]);
  requests[0].respond(409, theirs());
  await settle();
  assert.equal(queue.unsavedCount, 0);
  assert.equal(queue.conflicts.get("a").mine.text, "1");
  assert.deepEqual(calls, [["saved", "a", "9"]]);
  mock.timers.tick(60_000);
  assert.equal(requests.length, 1);
});

test("a conflict comes up again after a reload", async () => {
  createQueue().add([change("a", "1")]);
  requests[0].respond(409, theirs());
  await settle();
  const queue = createQueue();
  requests[1].respond(409, theirs());
  await settle();
  assert.equal(queue.conflicts.size, 1);
});

test("of a conflict either label can be chosen", async () => {
  for (const [choice, requestCount, label] of [
    ["theirs", 1, undefined],
    ["mine", 2, "1"],
  ]) {
    requests.length = 0;
    const queue = createQueue();
    queue.add([change("a", "1")]);
    requests[0].respond(409, theirs());
    await settle();
    assert.equal(queue.resolve("a", choice).label, "9");
    assert.equal(queue.conflicts.size, 0);
    assert.equal(requests.length, requestCount);
    if (label) {
      assert.deepEqual([requests[1].text, requests[1].replaces], [label, "tuesday"]);
      requests[1].respond();
      await settle();
    }
    assert.equal(window.localStorage.getItem(`${STORED}a`), null);
  }
});

test("a label given to a prediction in conflict replaces the other one, which is shown", async () => {
  const queue = createQueue();
  queue.add([change("a", "1")]);
  requests[0].respond(409, theirs());
  await settle();
  queue.add([change("a", "3", "9")]);
  assert.deepEqual([requests[1].text, requests[1].replaces], ["3", "tuesday"]);
  assert.equal(queue.conflicts.size, 0);
});

test("undo of a label in conflict keeps the other one", async () => {
  const queue = createQueue();
  queue.add([change("a", "1")]);
  requests[0].respond(409, theirs());
  await settle();
  assert.deepEqual(queue.undo(), [change("a", "9", "1")]);
  assert.equal(queue.conflicts.size, 0);
  assert.equal(requests.length, 1);
});

test("undo does not revert a newer label of someone else", async () => {
  const queue = createQueue();
  queue.add([change("a", "1")]);
  requests[0].respond();
  await settle();
  clock.now = 100;
  seen(queue, "a", "tuesday", "9");
  queue.undo();
  assert.equal(requests[1].replaces, "time of 1");
});

test("a label of this reviewer whose answer was lost is no conflict", async () => {
  const queue = createQueue();
  queue.name = "Ada";
  queue.add([change("a", "1")]);
  requests[0].fail(); // but the server has saved it
  await settle();
  queue.add([change("a", "2", "1")]);
  mock.timers.tick(500);
  assert.deepEqual([requests[1].text, requests[1].replaces], ["2", null]);
  requests[1].respond(409, theirs("1", "Ada", "monday"));
  await settle();
  assert.equal(queue.conflicts.size, 0);
  assert.deepEqual([requests[2].text, requests[2].replaces], ["2", "monday"]);
});
