import assert from "node:assert/strict";
import { beforeEach, mock, test } from "node:test";

import { CorrectionQueue } from "../../components/review/correction_queue.js";
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
      const { text, by } = JSON.parse(body);
      const respond = (status = 200, content = { id, label: text }) =>
        resolve(new Response(JSON.stringify(content), { status }));
      requests.push({ id, text, by, respond, fail: () => reject(new TypeError("offline")) });
    });
});

const createQueue = () =>
  new CorrectionQueue(
    {
      onSaved: ({ id, label }) => calls.push(["saved", id, label]),
      onRefused: (message) => calls.push(["refused", message]),
      onChange: () => {},
    },
    stop.signal,
  );

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

test("labels that a closed page could not send are sent", async () => {
  createQueue().add([change("a", "1")]);
  mock.timers.tick(10_001);
  requests = [];
  createQueue();
  assert.deepEqual(sent(), [["a", "1"]]);
  requests[0].respond();
  await settle();
  assert.equal(window.localStorage.getItem(`${STORED}a`), null);
});

test("labels that another page may still be sending are left to it", () => {
  createQueue().add([change("a", "1")]);
  mock.timers.tick(9_000);
  requests = [];
  createQueue();
  assert.deepEqual(requests, []);
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
  const queue = createQueue();
  queue.signedInName = "Grace";
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
