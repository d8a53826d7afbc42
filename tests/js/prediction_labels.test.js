import assert from "node:assert/strict";
import { beforeEach, mock, test } from "node:test";

import { PredictionLabels } from "../../components/prediction/prediction_labels.js";
import { PendingLabels } from "../../components/shared/pending_labels.js";
import { FakeStorage, installBrowser } from "./fakes.js";

const PENDING = "inkling.pending-label.";
const CORRECTION = "inkling.correction.";

let announced; // labels of drawings, for the pad
let labels;
let load; // what another page does
let requests;
let stop;

beforeEach(() => {
  mock.timers.reset();
  mock.timers.enable({ apis: ["setTimeout", "Date"], now: 1_800_000_000_000 });
  installBrowser();
  window.localStorage = new FakeStorage();
  requests = [];
  globalThis.fetch = (url, { method, body } = {}) =>
    new Promise((resolve, reject) => {
      const id = url.split("/")[2];
      const { text, by, replaces } = JSON.parse(body ?? "{}");
      const respond = (status, content) => resolve(new Response(JSON.stringify(content), { status }));
      const save = () => respond(200, { id, label: text, labelled_by: by, labelled_at: `time of ${text}` });
      requests.push({ method: method ?? "GET", id, text, by, replaces, respond, save, fail: reject });
    });
  load = () => {
    announced = [];
    globalThis.document = Object.assign(new EventTarget(), { hidden: false });
    document.addEventListener("inkling:label", ({ detail }) => announced.push(detail));
    stop = new AbortController();
    labels = new PredictionLabels(new PendingLabels(), () => {}, stop.signal);
    labels.start(null);
  };
  load();
});

const settle = () => new Promise((resolve) => setImmediate(resolve));
const DRAWING = { id: null, key: "k" };
const SAVED = { id: "a", key: "k" };

/** The server confirms the drawing. */
function confirmDrawing() {
  const detail = { drawing: { key: "k", version: 1, id: "a" } };
  document.dispatchEvent(Object.assign(new Event("inkling:saved"), { detail }));
}

test("a label of a saved drawing is sent, and the pad keeps the drawing", async () => {
  labels.set(SAVED, "3");
  assert.deepEqual(announced, [{ key: "k", text: "3" }]);
  assert.deepEqual([labels.labelOf(SAVED), labels.stateOf(SAVED)], ["3", "saving"]);
  requests[0].save();
  await settle();
  assert.deepEqual([labels.labelOf(SAVED), labels.stateOf(SAVED)], ["3", "saved"]);
});

test("a label of a drawing that is not saved yet waits for it", async () => {
  labels.set(DRAWING, "3");
  assert.equal(requests.length, 0);
  assert.deepEqual([labels.labelOf(DRAWING), labels.stateOf(DRAWING)], ["3", "saving"]);
  mock.timers.tick(1500);
  assert.equal(labels.stateOf(DRAWING), "not_saved");
  confirmDrawing();
  assert.deepEqual([requests[0].id, requests[0].text, requests[0].replaces], ["a", "3", null]);
  assert.equal(localStorage(PENDING), 0);
  requests[0].save();
  await settle();
  assert.equal(labels.stateOf(SAVED), "saved");
});

test("a label that waits survives a reload", async () => {
  labels.set(DRAWING, "3");
  stop.abort();
  load();
  assert.equal(labels.labelOf(DRAWING), "3");
  confirmDrawing();
  assert.deepEqual([requests[0].id, requests[0].text], ["a", "3"]);
});

test("a label whose drawing is saved while another page is shown is sent by the next one", async () => {
  labels.set(DRAWING, "3");
  stop.abort();
  confirmDrawing();
  assert.deepEqual([requests.length, localStorage(CORRECTION)], [0, 1]);
  load();
  assert.deepEqual([requests[0].id, requests[0].text], ["a", "3"]);
});

test("undo brings back the label before, at last none", async () => {
  for (const text of ["3", "5"]) {
    labels.set(SAVED, text);
    requests.at(-1).save();
    await settle();
  }
  for (const before of ["3", null]) {
    assert.ok(labels.canUndo(SAVED));
    labels.undo(SAVED);
    assert.equal(labels.labelOf(SAVED), before);
    assert.equal(requests.at(-1).text, before);
    requests.at(-1).save();
    await settle();
  }
  assert.deepEqual([labels.canUndo(SAVED), labels.stateOf(SAVED)], [false, "none"]);
  assert.deepEqual(announced.at(-1), { key: "k", text: null });
});

test("undo removes a label that waits", () => {
  labels.set(DRAWING, "3");
  labels.undo(DRAWING);
  confirmDrawing();
  assert.deepEqual([requests.length, localStorage(PENDING), labels.stateOf(DRAWING)], [0, 0, "none"]);
});

test("a label that cannot be sent is not saved yet, and sent again", async () => {
  labels.set(SAVED, "3");
  requests[0].fail(new TypeError("offline"));
  await settle();
  assert.equal(labels.stateOf(SAVED), "not_saved");
  mock.timers.tick(500);
  requests[1].save();
  await settle();
  assert.equal(labels.stateOf(SAVED), "saved");
});

test("a refused label says why, and can be undone without another request", async () => {
  labels.set(SAVED, "3");
  requests[0].respond(409, { error: { code: "labelled_by_reviewer", message: "A reviewer has." } });
  await settle();
  assert.deepEqual([labels.labelOf(SAVED), labels.stateOf(SAVED)], [null, "refused"]);
  assert.deepEqual(labels.refusalOf(SAVED), { text: "refused_labelled_by_reviewer", message: "A reviewer has." });
  labels.undo(SAVED);
  assert.equal(requests.length, 1);
});

test("a label that someone else gave in between needs a decision", async () => {
  labels.set(SAVED, "3");
  const theirs = { id: "a", label: "5", labelled_by: "Ada", labelled_at: "time" };
  requests[0].respond(409, { error: { code: "label_conflict", message: "" }, prediction: theirs });
  await settle();
  assert.equal(labels.stateOf(SAVED), "conflict");
  labels.resolve(SAVED, "mine");
  assert.deepEqual([requests[1].text, requests[1].replaces], ["3", "time"]);
  requests[1].save();
  await settle();
  assert.deepEqual([labels.labelOf(SAVED), labels.stateOf(SAVED)], ["3", "saved"]);
});

test("the label of a prediction that is shown again is requested once, and then replaced", async () => {
  labels.load("a");
  labels.load("a");
  assert.deepEqual(
    requests.map(({ method }) => method),
    ["GET"],
  );
  requests[0].respond(200, { id: "a", label: "5", labelled_by: null, labelled_at: "time of 5" });
  await settle();
  assert.deepEqual([labels.labelOf(SAVED), labels.stateOf(SAVED)], ["5", "saved"]);
  labels.set(SAVED, "3");
  assert.equal(requests[1].replaces, "time of 5");
});

test("a label that another panel gave is shown, and replaced", () => {
  labels.predicted("a");
  const record = { id: "a", label: "5", labelled_by: null, labelled_at: "time of 5" };
  document.dispatchEvent(Object.assign(new Event("inkling:labelled"), { detail: record }));
  assert.deepEqual([labels.labelOf(SAVED), labels.stateOf(SAVED)], ["5", "saved"]);
  labels.set(SAVED, "3");
  assert.equal(requests[0].replaces, "time of 5");
});

test("labels of deleted drawings are forgotten", () => {
  labels.set(DRAWING, "3");
  document.dispatchEvent(new Event("inkling:deleted"));
  assert.deepEqual([labels.labelOf(DRAWING), localStorage(PENDING)], [null, 0]);
});

/**
 * Return how many entries of the storage have this prefix.
 * @param {string} prefix
 */
function localStorage(prefix) {
  return Object.keys(window.localStorage).filter((name) => name.startsWith(prefix)).length;
}
