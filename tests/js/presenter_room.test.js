import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";

import { openRoom as openStoredRoom, PresenterRoom } from "../../components/present/presenter_room.js";
import { FakeStorage, FakeWebSocket, installBrowser } from "./fakes.js";

/** @type {unknown[][]} */
let calls;
/** @type {PresenterRoom} */
let room;

/** @param {object} [saved] */
function openRoom(saved) {
  const record =
    (/** @type {string} */ name) =>
    (/** @type {unknown[]} */ ...values) =>
      calls.push([name, ...values]);
  const names = ["Connection", "Room", "Members", "Drawings", "Predictions"].map((name) => `on${name}Change`);
  const listener = Object.fromEntries(
    [...names, "onVote", "onSaveError", "onLabelSaved", "onEnd"].map((name) => [name, record(name)]),
  );
  const identity = { code: "AB12", session: "AB12-s", token: "t", opened: 0 };
  room = new PresenterRoom({ ...identity, ...saved }, /** @type {any} */ (listener));
  FakeWebSocket.newest.open();
  calls = [];
}

beforeEach(() => {
  installBrowser();
  Object.assign(window, { sessionStorage: new FakeStorage() });
  calls = [];
  openRoom();
});

afterEach(() => room.destroy());

test("a damaged entry in the tab's storage opens a new room", async () => {
  window.sessionStorage.setItem("inkling.presented", "{");
  const response = { ok: true, json: async () => ({ code: "CD34", session: "CD34-s", token: "t" }) };
  Object.assign(globalThis, { fetch: async () => response });
  assert.equal((await openStoredRoom()).code, "CD34");
});

test("settings are sent and stored under the keys of the wire", () => {
  room.changeSettings({ predictionsHidden: true, finished: true });
  const settings = { pen: "all", closed: false, round: null, hush: true, done: true, teams: null };
  assert.deepEqual(FakeWebSocket.newest.sent.at(-1), { do: "settings", settings });
  assert.deepEqual(JSON.parse(window.sessionStorage.getItem("inkling.presented") ?? "").settings, settings);
});

test("stored settings are restored", () => {
  const teams = { count: 2, members: { ada: 1 } };
  room.destroy();
  openRoom({ settings: { pen: "ada", closed: true, round: null, hush: true, done: false, teams } });
  const settings = { pen: "ada", closed: true, round: null, predictionsHidden: true, finished: false, teams };
  assert.deepEqual(room.settings, settings);
});

test("drawings and predictions of a message are applied, then announced", () => {
  const prediction = { text: "7", verdict: "digit", confidence: 0.9, shares: null };
  FakeWebSocket.newest.answer({ ink: { ada: { all: [[[1, 2]]] } }, readings: { ada: prediction } });
  assert.deepEqual(room.getMember("ada").strokes, [[[1, 2]]]);
  assert.deepEqual(room.getMember("ada").prediction, prediction);
  assert.equal(room.getMember("ada").revision, 1);
  assert.deepEqual(calls, [
    ["onDrawingsChange", ["ada"]],
    ["onPredictionsChange", ["ada"]],
  ]);
});

test("a save error is announced, and that it is over", () => {
  FakeWebSocket.newest.answer({ trouble: "disk full" });
  FakeWebSocket.newest.answer({ trouble: null });
  assert.deepEqual(calls, [
    ["onSaveError", "disk full"],
    ["onSaveError", null],
  ]);
});

test("a requested prediction is the answer to the newest request", async () => {
  const prediction = { text: "7", verdict: "digit", confidence: 0.9, shares: null, digits: [] };
  const answer = room.predict([[[1, 2]]]);
  await Promise.resolve();
  assert.deepEqual(FakeWebSocket.newest.sent.at(-1), { do: "read", strokes: [[[1, 2]]] });
  FakeWebSocket.newest.answer({ read: prediction });
  assert.deepEqual(await answer, prediction);
});
