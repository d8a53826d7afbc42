import assert from "node:assert/strict";
import { beforeEach, mock, test } from "node:test";

import { PendingDeletes, UNDO_TIME } from "../../components/shared/pending_deletes.js";

let answered;
let calls;
let pending;
let status;

beforeEach(() => {
  mock.timers.reset();
  mock.timers.enable({ apis: ["setTimeout"] });
  answered = 0;
  calls = [];
  status = 204;
  globalThis.fetch = async (url, { method }) => {
    calls.push([method, url]);
    if (status === null) throw new TypeError("offline");
    return new Response(null, { status });
  };
  pending = new PendingDeletes({
    onCommit: () => calls.push(["commit"]),
    onDeleted: () => {
      answered += 1;
    },
    onFailure: () => calls.push(["failure"]),
  });
});

const deleted = (...ids) => ids.map((id, index) => ({ item: { id }, index }));
const settle = () => new Promise((resolve) => setImmediate(resolve));
const remaining = (...ids) => pending.exclude(ids.map((id) => ({ id }))).map(({ id }) => id);

test("a deletion is sent after fifteen seconds", () => {
  assert.equal(UNDO_TIME, 15_000);
  pending.add(deleted("a"), "view");
  mock.timers.tick(UNDO_TIME - 1);
  assert.deepEqual(calls, []);
  mock.timers.tick(1);
  assert.deepEqual(calls, [["DELETE", "api/history/a"], ["commit"]]);
  assert.equal(pending.length, 0);
});

test("an undone deletion is never sent", () => {
  pending.add(deleted("a", "b"), "view");
  const { deleted: restored, view } = pending.undo();
  assert.deepEqual([restored, view], [deleted("a", "b"), "view"]);
  mock.timers.tick(60_000);
  assert.deepEqual(calls, []);
  assert.deepEqual(remaining("a", "b"), ["a", "b"]);
});

test("undo takes back the newest deletion", () => {
  pending.add(deleted("a"), "view");
  pending.add(deleted("b"), "view");
  assert.equal(pending.undo().deleted[0].item.id, "b");
  assert.equal(pending.undo().deleted[0].item.id, "a");
  assert.equal(pending.undo(), null);
});

test("deleted predictions are left out of pages, before and after they are sent", async () => {
  pending.add(deleted("a"), "view");
  assert.deepEqual(remaining("a", "b"), ["b"]);
  pending.commit();
  await settle();
  assert.deepEqual(remaining("a", "b"), ["b"]);
});

test("all deletions are sent at once on request, each only once", () => {
  pending.add(deleted("a"), "view");
  pending.add(deleted("b"), "view");
  pending.commit();
  mock.timers.tick(60_000);
  assert.deepEqual(calls, [["DELETE", "api/history/a"], ["DELETE", "api/history/b"], ["commit"]]);
});

test("what is not there any more counts as deleted", async () => {
  status = 404;
  await pending.deleteNow("a");
  assert.deepEqual(calls, [["DELETE", "api/history/a"]]);
});

for (const failure of [503, null]) {
  test(`a deletion that fails (${failure ?? "no answer"}) is reported and shown again`, async () => {
    status = failure;
    await pending.deleteNow("a");
    assert.deepEqual(calls.at(-1), ["failure"]);
    assert.deepEqual(remaining("a"), ["a"]);
  });
}

test("a step is reported once the server has answered for all of it", async () => {
  pending.add(deleted("a", "b"), "view");
  pending.commit();
  assert.equal(answered, 0);
  await settle();
  assert.equal(answered, 1);
});
