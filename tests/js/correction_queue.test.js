import assert from "node:assert/strict";
import { beforeEach, mock, test } from "node:test";

import { calls, change, clock, createQueue, requests, sent, settle, setUp, stop } from "./correction_fixture.js";

const STORED = "inkling.correction.";

beforeEach(setUp);

test("a label is sent with who gave it, and forgotten once it is saved", async () => {
  const queue = createQueue();
  queue.name = "  Ada ";
  queue.add([change("a", "7")]);
  assert.equal(queue.unsavedCount, 1);
  assert.deepEqual([requests[0].text, requests[0].by], ["7", "Ada"]);
  requests[0].respond();
  await settle();
  assert.equal(queue.unsavedCount, 0);
  assert.deepEqual(calls, [["saved", "a", "7"]]);
  assert.equal(window.localStorage.getItem(`${STORED}a`), null);
});

test("four requests are sent at a time, in the order of the corrections", async () => {
  const queue = createQueue();
  queue.add(["a", "b", "c", "d", "e"].map((id) => change(id, "1")));
  assert.deepEqual(
    sent().map(([id]) => id),
    ["a", "b", "c", "d"],
  );
  requests[2].respond();
  await settle();
  assert.deepEqual(sent().at(-1), ["e", "1"]);
});

test("a newer label of a prediction waits for the older one's answer, and replaces it", async () => {
  const queue = createQueue();
  queue.add([change("a", "1")]);
  queue.add([change("a", "2", "1")]);
  queue.add([change("a", "3", "2")]);
  assert.deepEqual(sent(), [["a", "1"]]);
  requests[0].respond();
  await settle();
  assert.deepEqual(sent(), [
    ["a", "1"],
    ["a", "3"],
  ]);
  assert.deepEqual(calls, []);
  requests[1].respond();
  await settle();
  assert.deepEqual(calls, [["saved", "a", "3"]]);
});

test("a label that is given while an answer is read replaces the answered one", async () => {
  const queue = createQueue();
  let finishReading;
  const slow = { ok: true, status: 200, json: () => new Promise((resolve) => (finishReading = resolve)) };
  const { fetch } = globalThis;
  globalThis.fetch = async () => slow;
  queue.add([change("a", "1")]);
  globalThis.fetch = fetch;
  await settle();
  queue.add([change("a", "2", "1")]);
  await settle();
  assert.deepEqual(sent(), []);
  finishReading({ id: "a", label: "1", labelled_by: null, labelled_at: "time of 1" });
  await settle();
  assert.deepEqual(sent(), [["a", "2"]]);
  assert.equal(requests[0].replaces, "time of 1");
});

for (const [name, answer] of [
  ["no answer", (request) => request.fail()],
  ["an error of the server", (request) => request.respond(503)],
  ["too many requests", (request) => request.respond(429)],
]) {
  test(`after ${name} a label is sent again`, async () => {
    const queue = createQueue();
    queue.add([change("a", "1")]);
    answer(requests[0]);
    await settle();
    assert.equal(queue.stuck, true);
    assert.equal(queue.unsavedCount, 1);
    mock.timers.tick(500);
    requests[1].respond();
    await settle();
    assert.equal(queue.stuck, false);
    assert.deepEqual(calls, [["saved", "a", "1"]]);
  });
}

test("the pauses between attempts double up to eight seconds", async () => {
  const queue = createQueue();
  queue.add([change("a", "1")]);
  const pauses = [];
  for (let attempt = 1; attempt <= 6; attempt += 1) {
    requests.at(-1).fail();
    await settle();
    let pause = 0;
    while (requests.length === attempt) {
      mock.timers.tick(100);
      pause += 100;
    }
    pauses.push(pause);
  }
  assert.deepEqual(pauses, [500, 1000, 2000, 4000, 8000, 8000]);
});

test("when the network comes back, labels are sent at once", async () => {
  createQueue().add([change("a", "1")]);
  requests[0].fail();
  await settle();
  window.dispatchEvent(new Event("online"));
  assert.equal(requests.length, 2);
});

test("a refused label is reported and not sent again", async () => {
  const queue = createQueue();
  queue.add([change("a", "1")]);
  requests[0].respond(404, { error: { code: "not_found", message: "It was deleted." } });
  await settle();
  assert.equal(queue.unsavedCount, 0);
  assert.deepEqual(calls, [["refused", "It was deleted."]]);
  mock.timers.tick(60_000);
  assert.equal(requests.length, 1);
});

test("undo sends the labels of before, the newest step first", async () => {
  const queue = createQueue();
  queue.add([change("a", "1"), change("b", "1", "7")]);
  queue.add([change("c", "2")]);
  assert.deepEqual(queue.undo(), [change("c", null, "2")]);
  assert.deepEqual(queue.undo(), [change("a", null, "1"), change("b", "7", "1")]);
  assert.equal(queue.undo(), null);
  for (const request of [...requests]) request.respond();
  await settle();
  assert.deepEqual(sent().slice(3).sort(), [
    ["a", null],
    ["b", "7"],
    ["c", null],
  ]);
});

test("a page shows labels that the server did not have when it was requested", async () => {
  const queue = createQueue();
  queue.add([change("a", "1"), change("b", "2")]);
  clock.now = 100;
  requests[0].respond();
  await settle();
  const items = ["a", "b", "c"].map((id) => ({ id, label: null }));
  const labels = (requestedAt) => queue.applyTo(items, requestedAt).map(({ label }) => label);
  assert.deepEqual(labels(50), ["1", "2", null]);
  assert.deepEqual(labels(150), [null, "2", null]);
});

test("labels that a closed page could not send are shown and sent at once", async () => {
  createQueue().add([change("a", "1")]);
  requests.length = 0;
  const queue = createQueue();
  assert.equal(queue.applyTo([{ id: "a", label: null }], 0)[0].label, "1");
  assert.deepEqual(sent(), [["a", "1"]]);
  requests[0].respond();
  await settle();
  assert.equal(window.localStorage.getItem(`${STORED}a`), null);
});

test("a damaged entry of the storage is passed over", () => {
  window.localStorage.setItem(`${STORED}a`, "{");
  createQueue();
  assert.deepEqual(requests, []);
});

test("where storage is blocked, labels stay in memory and are sent", async () => {
  Object.defineProperty(window, "localStorage", {
    get: () => {
      throw new DOMException("blocked");
    },
  });
  const queue = createQueue();
  queue.add([change("a", "1")]);
  requests[0].fail();
  await settle();
  assert.equal(queue.unsavedCount, 1);
  mock.timers.tick(500);
  requests[1].respond();
  await settle();
  assert.deepEqual(calls, [["saved", "a", "1"]]);
});

test("a label that another tab has sent is not sent again", async () => {
  const queue = createQueue();
  queue.add([change("a", "1")]);
  requests[0].fail();
  await settle();
  window.dispatchEvent(Object.assign(new Event("storage"), { key: `${STORED}a`, newValue: null }));
  assert.equal(queue.unsavedCount, 0);
  mock.timers.tick(60_000);
  assert.equal(requests.length, 1);
});

test("two queues of a page do not send the same label twice", async () => {
  const first = createQueue();
  first.add([change("a", "1")]);
  requests[0].fail();
  await settle();
  const second = createQueue();
  await settle();
  assert.deepEqual(sent(), [
    ["a", "1"],
    ["a", "1"],
  ]);
  requests[1].respond();
  await settle();
  assert.equal(first.unsavedCount, 0);
  assert.equal(second.unsavedCount, 0);
  mock.timers.tick(10_000);
  await settle();
  assert.equal(requests.length, 2);
});

test("a label that one queue of a page replaces is not sent by the other", async () => {
  const first = createQueue();
  first.add([change("a", "1")]);
  requests[0].fail();
  await settle();
  const second = createQueue();
  await settle();
  requests[1].fail();
  await settle();
  mock.timers.tick(1);
  second.add([change("a", "2", "1")]);
  assert.equal(first.unsaved.get("a").text, "2");
});

test("an answer that is cut off counts as none", async () => {
  const queue = createQueue();
  queue.add([change("a", "1")]);
  requests[0].respond(200, null);
  await settle();
  assert.equal(queue.unsavedCount, 1);
  assert.equal(queue.stuck, true);
});

test("labels of another reviewer wait in the browser until they sign in again", () => {
  createQueue("Grace").add([change("a", "1")]);
  requests.length = 0;
  createQueue("Ada");
  assert.deepEqual(requests, []);
  createQueue("Grace");
  assert.deepEqual(sent(), [["a", "1"]]);
});

test("a page that was left reports nothing any more, but forgets what was saved", async () => {
  const queue = createQueue();
  queue.add([change("a", "1"), change("b", "2")]);
  stop.abort();
  requests[0].respond();
  requests[1].fail();
  await settle();
  assert.deepEqual(calls, []);
  assert.deepEqual(window.localStorage.keys(), [`${STORED}b`]);
});

test("a name of spaces is no name", () => {
  const queue = createQueue();
  queue.name = "Ada";
  queue.name = "   ";
  assert.equal(queue.name, "");
});

test("a label whose sign-in has expired is kept and sent again", async () => {
  const queue = createQueue("Grace");
  queue.add([change("a", "7")]);
  assert.equal(requests[0].by, "Grace");
  requests[0].respond(401, { error: { code: "sign_in_required" } });
  await settle();
  assert.equal(queue.stuck, true);
  assert.notEqual(window.localStorage.getItem(`${STORED}a`), null);
  mock.timers.tick(60_000);
  assert.deepEqual(sent(), [
    ["a", "7"],
    ["a", "7"],
  ]);
  assert.deepEqual(calls, []);
});
