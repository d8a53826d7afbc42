import assert from "node:assert/strict";
import { beforeEach, mock, test } from "node:test";

import { CorrectionQueue } from "../../components/shared/correction_queue.js";
import { FakeStorage, installBrowser } from "./fakes.js";

const STORED = "inkling.correction.";

let calls;
let now;
let requests; // of the server, in order: { id, text, by, respond, fail }
let stop;

beforeEach(() => {
  mock.timers.reset();
  mock.timers.enable({ apis: ["setTimeout", "Date"], now: 1_000_000 });
  mock.method(performance, "now", () => now);
  now = 0;
  installBrowser();
  window.localStorage = new FakeStorage();
  calls = [];
  requests = [];
  stop = new AbortController();
  globalThis.fetch = (url, { body }) =>
    new Promise((resolve, reject) => {
      const id = url.split("/").at(-2);
      const { text, by, replaces } = JSON.parse(body);
      const saved = { id, label: text, labelled_by: by, labelled_at: `time of ${text}` };
      const respond = (status = 200, content = saved) => resolve(new Response(JSON.stringify(content), { status }));
      requests.push({ id, text, by, replaces, respond, fail: () => reject(new TypeError("offline")) });
    });
});

function createQueue(signedInName = null) {
  const queue = new CorrectionQueue(
    {
      onSaved: ({ id, label }) => calls.push(["saved", id, label]),
      onRefused: (message) => calls.push(["refused", message]),
      onChange: () => {},
    },
    stop.signal,
  );
  queue.start(signedInName);
  return queue;
}

/** Let what follows a response happen. */
const settle = () => new Promise((resolve) => setImmediate(resolve));

const sent = () => requests.map(({ id, text }) => [id, text]);
const change = (id, to, from = null) => ({ id, from, to });

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
  now = 100;
  requests[0].respond();
  await settle();
  const items = ["a", "b", "c"].map((id) => ({ id, label: null }));
  const labels = (requestedAt) => queue.applyTo(items, requestedAt).map(({ label }) => label);
  assert.deepEqual(labels(50), ["1", "2", null]);
  assert.deepEqual(labels(150), [null, "2", null]);
});

test("labels that a closed page could not send are shown and sent at once", async () => {
  createQueue().add([change("a", "1")]);
  requests = [];
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

const seen = (queue, id, labelled_at, label = "0") => queue.applyTo([{ id, label, labelled_at }], performance.now());

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
    requests = [];
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
  now = 100;
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
  requests = [];
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
