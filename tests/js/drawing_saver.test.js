import assert from "node:assert/strict";
import { beforeEach, mock, test } from "node:test";

import { DrawingSaver } from "../../components/pad/drawing_saver.js";
import { FakeStorage, installBrowser } from "./fakes.js";

const STROKES = [[[1, 2]]];
const NOW = 1_800_000_000_000;

let requests;
let saver;
let state;
let savedEvents;

/** Let promises settle. */
const settle = () => new Promise((resolve) => setImmediate(resolve));

async function wait(ms) {
  mock.timers.tick(ms);
  await settle();
}

beforeEach(() => {
  mock.timers.reset();
  mock.timers.enable({ apis: ["setTimeout", "Date"], now: NOW });
  mock.method(performance, "now", () => 0);
  installBrowser();
  window.localStorage = new FakeStorage();
  requests = [];
  globalThis.fetch = (_url, { body, signal }) =>
    new Promise((resolve, reject) => {
      signal.addEventListener("abort", () => reject(new Error("aborted")));
      requests.push({ ...JSON.parse(body), resolve, reject });
    });
  startPage();
});

/** Load the page, which finds what an earlier one has left in the storage. */
function startPage() {
  savedEvents = [];
  globalThis.document = new EventTarget();
  document.addEventListener("inkling:saved", ({ detail }) => savedEvents.push(detail));
  saver = new DrawingSaver();
  saver.watch((newest) => {
    state = newest;
  });
}

/** Save strokes of a drawing, without the pause after a stroke. */
function save(drawing, strokes = STROKES) {
  saver.save(drawing, strokes);
  saver.flush();
}

async function answer(status, content = { id: "1" }, headers = {}) {
  requests.at(-1).resolve(new Response(JSON.stringify(content), { status, headers }));
  await settle();
}

test("a drawing is sent after a pause, and the page has nothing to say of it", async () => {
  const drawing = saver.begin();
  saver.save(drawing, STROKES);
  await wait(199);
  assert.equal(requests.length, 0);
  await wait(1);
  assert.deepEqual(requests[0].drawing, { key: drawing.key, began: NOW, version: 1 });
  assert.deepEqual(requests[0].strokes, STROKES);
  assert.equal(state.count, 0);
  await answer(200);
  const saved = { key: drawing.key, version: 1, id: "1" };
  assert.deepEqual(savedEvents, [{ prediction: { id: "1" }, strokes: STROKES, drawing: saved }]);
  assert.deepEqual(drawing.confirmed, { version: 1, id: "1" });
  await wait(60_000);
  assert.equal(requests.length, 1);
  assert.equal(state.count, 0);
});

test("strokes that follow quickly are sent together", async () => {
  const drawing = saver.begin();
  saver.save(drawing, STROKES);
  await wait(150);
  saver.save(drawing, [...STROKES, ...STROKES]);
  await wait(199);
  assert.equal(requests.length, 0);
  await wait(1);
  assert.equal(requests[0].strokes.length, 2);
});

test("a page that is left sends at once", () => {
  saver.save(saver.begin(), STROKES);
  window.dispatchEvent(new Event("pagehide"));
  assert.equal(requests.length, 1);
});

test("a drawing that grows while it is sent is sent again, with the next version", async () => {
  const drawing = saver.begin();
  save(drawing);
  save(drawing, [...STROKES, ...STROKES]);
  assert.equal(requests.length, 1);
  await answer(200);
  assert.equal(requests.length, 2);
  assert.equal(requests[1].drawing.version, 2);
  assert.equal(requests[1].drawing.key, requests[0].drawing.key);
});

test("a request without an answer is sent again, and the page says that it is not saved", async () => {
  save(saver.begin());
  await wait(1500);
  assert.deepEqual(state, { count: 1, stored: true, refused: null });
  await wait(6500); // the request is given up
  await wait(500);
  assert.equal(requests.length, 2);
  assert.deepEqual(requests[1], { ...requests[0], resolve: requests[1].resolve, reject: requests[1].reject });
  await answer(200);
  assert.equal(state.count, 0);
});

test("the pauses grow while the server does not answer, and end when the network is back", async () => {
  save(saver.begin());
  for (const pause of [500, 1000, 2000, 4000, 8000, 10_000, 10_000]) {
    const { length } = requests;
    requests.at(-1).reject(new Error("no network"));
    await settle();
    await wait(pause - 1);
    assert.equal(requests.length, length);
    await wait(1);
    assert.equal(requests.length, length + 1);
  }
  requests.at(-1).reject(new Error("no network"));
  await settle();
  const { length } = requests;
  window.dispatchEvent(new Event("online"));
  assert.equal(requests.length, length + 1);
});

test("a server that is busy says when to come back", async () => {
  save(saver.begin());
  await answer(503, {}, { "Retry-After": "7" });
  assert.equal(state.count, 1);
  await wait(6999);
  assert.equal(requests.length, 1);
  await wait(1);
  assert.equal(requests.length, 2);
});

test("several drawings wait, the newest is sent first", async () => {
  const drawings = [0, 1, 2].map(() => saver.begin());
  for (const drawing of drawings) save(drawing);
  requests[0].reject(new Error("no network"));
  await settle();
  assert.equal(state.count, 3);
  await wait(500);
  await answer(200);
  await answer(200);
  await answer(200);
  const keys = requests.slice(1).map(({ drawing }) => drawing.key);
  assert.deepEqual(keys, [drawings[2].key, drawings[1].key, drawings[0].key]);
  assert.equal(state.count, 0);
});

test("a page that is loaded again sends what the one before could not, with the same key", async () => {
  save(saver.begin());
  requests[0].reject(new Error("no network"));
  await settle();
  startPage();
  assert.equal(state.count, 1);
  assert.equal(requests.length, 2);
  assert.deepEqual(requests[1].drawing, requests[0].drawing);
  await answer(200);
  assert.equal(state.count, 0);
  startPage();
  assert.equal(requests.length, 2);
});

test("a drawing that goes on after a reload counts its versions on", async () => {
  const { key } = saver.begin();
  save({ key, began: NOW, version: 0 });
  startPage();
  const { drawing } = saver.unsaved.get(key);
  saver.save(drawing, STROKES);
  assert.equal(saver.unsaved.get(key).version, 2);
});

test("without storage the page must stay open", async () => {
  delete window.localStorage;
  startPage();
  save(saver.begin());
  await wait(1500);
  assert.deepEqual(state, { count: 1, stored: false, refused: null });
  await answer(200);
  assert.equal(state.count, 0);
});

test("what another page of this browser has saved is not sent again", async () => {
  save(saver.begin());
  requests[0].reject(new Error("no network"));
  await settle();
  startPage();
  const [name] = window.localStorage.keys();
  window.dispatchEvent(Object.assign(new Event("storage"), { key: name, newValue: null }));
  assert.equal(state.count, 0);
});

test("an older version that is confirmed does not remove a newer one of another page", async () => {
  save(saver.begin());
  const [name] = window.localStorage.keys();
  window.localStorage.setItem(name, JSON.stringify({ ...JSON.parse(window.localStorage.getItem(name)), version: 2 }));
  await answer(200);
  assert.notEqual(window.localStorage.getItem(name), null);
});

test("a drawing that the server refuses is given up, with the reason", async () => {
  save(saver.begin());
  await answer(413, { error: { code: "too_many_points" } });
  assert.deepEqual(state, { count: 0, stored: true, refused: "too_many_points" });
  assert.deepEqual(window.localStorage.keys(), []);
  save(saver.begin());
  assert.equal(state.refused, null);
});

test("a wrong clock is corrected by the server's", async () => {
  const serverTime = NOW - 3_600_000;
  save(saver.begin());
  const headers = { Date: new Date(serverTime).toUTCString() };
  await answer(422, { error: { code: "invalid_time" } }, headers);
  await wait(500);
  assert.equal(requests[1].drawing.began, serverTime);
  await answer(200);
  assert.equal(state.count, 0);
  save(saver.begin());
  assert.ok(Math.abs(requests[2].drawing.began - serverTime) < 2000);
});

test("a drawing is dated by the server's clock, which the live link has learned", async () => {
  const detail = { serverTime: NOW - 90_000, sentAt: 0, receivedAt: 0 };
  document.dispatchEvent(new CustomEvent("inkling:server-time", { detail }));
  mock.timers.setTime(NOW + 3_600_000); // the calendar clock is set
  save(saver.begin());
  assert.equal(requests[0].drawing.began, NOW - 90_000);
});

test("what the visitor deletes is not sent any more", async () => {
  save(saver.begin());
  requests[0].reject(new Error("no network"));
  await settle();
  document.dispatchEvent(new Event("inkling:deleted"));
  assert.equal(state.count, 0);
  await wait(10_000);
  assert.equal(requests.length, 1);
});

test("entries of the storage that are not drawings are ignored", () => {
  for (const text of ["", "{", "null", "[]", '{"drawing": {"key": "a"}, "strokes": []}', '{"drawing": null}']) {
    window.localStorage.setItem("inkling.unsaved.a", text);
    startPage();
    assert.equal(saver.unsaved.size, 0);
    assert.equal(window.localStorage.getItem("inkling.unsaved.a"), null);
  }
});
