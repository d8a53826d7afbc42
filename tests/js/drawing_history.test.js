import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { DrawingHistory } from "../../components/pad/drawing_history.js";

let begun;
let history;

beforeEach(() => {
  begun = 0;
  history = new DrawingHistory();
});

/** A stroke that is its own name. */
const stroke = (name) => ({ points: [[name, 0]], width: 1, pressures: null });

function add(name) {
  history.add(stroke(name), () => {
    begun += 1;
    return { key: `drawing ${begun}`, began: 0, version: 0 };
  });
}

const shown = () => history.present.strokes.map(({ points: [[name]] }) => name).join("");

test("the strokes of a drawing belong together until the pad is cleared", () => {
  for (const name of "ab") add(name);
  const { drawing } = history.present;
  assert.equal(drawing.key, "drawing 1");
  history.clear();
  assert.equal(history.present.drawing, null);
  add("c");
  assert.equal(history.present.drawing.key, "drawing 2");
});

test("undo takes strokes, then brings back the drawing that was cleared", () => {
  for (const name of "ab") add(name);
  const cleared = history.present.drawing;
  history.clear();
  add("c");
  const steps = [];
  while (history.undo()) steps.push(shown());
  assert.deepEqual(steps, ["", "ab", "a", ""]);
  history.redo();
  assert.equal(history.present.drawing, cleared);
});

test("redo repeats what was undone, until something new is drawn", () => {
  for (const name of "abc") add(name);
  history.undo();
  history.undo();
  assert.equal(history.redo(), true);
  assert.equal(shown(), "ab");
  add("x");
  assert.equal(shown(), "abx");
  assert.equal(history.canRedo, false);
  assert.equal(history.redo(), false);
});

test("a drawing that comes back can be undone stroke by stroke", () => {
  const drawing = { key: "k", began: 1, version: 3 };
  history.restore({ strokes: [stroke("a"), stroke("b")], drawing });
  assert.equal(shown(), "ab");
  history.undo();
  assert.equal(shown(), "a");
  assert.equal(history.present.drawing, drawing);
  history.undo();
  assert.equal(history.present.drawing, null);
  assert.equal(history.canUndo, false);
});

test("what was deleted does not come back", () => {
  add("a");
  history.clear();
  history.forgetSteps();
  assert.equal(history.undo(), false);
  assert.equal(history.redo(), false);
});

/** Erase strokes by name. */
function erase(names, movement) {
  const left = history.present.strokes.filter(({ points: [[name]] }) => !names.includes(name));
  history.erase(left, movement);
}

test("what one movement of the eraser erases comes back by one undo", () => {
  for (const name of "abcd") add(name);
  const { drawing } = history.present;
  const movement = {};
  erase("b", movement);
  erase("d", movement);
  assert.equal(shown(), "ac");
  assert.equal(history.present.drawing, drawing);
  erase("a", {});
  assert.equal(shown(), "c");
  history.undo();
  assert.equal(shown(), "ac");
  history.undo();
  assert.equal(shown(), "abcd");
  history.redo();
  assert.equal(shown(), "ac");
});

test("a movement of the eraser ends with a new stroke or an undo", () => {
  for (const name of "abc") add(name);
  const movement = {};
  erase("a", movement);
  history.undo();
  erase("b", movement);
  history.undo();
  assert.equal(shown(), "abc");
});

test("erasing all strokes ends the drawing", () => {
  add("a");
  erase("a", {});
  assert.equal(history.present.drawing, null);
  add("b");
  assert.equal(history.present.drawing.key, "drawing 2");
  history.undo();
  history.undo();
  assert.equal(shown(), "a");
});

test("what is on the pad after a deletion begins a new drawing", () => {
  add("a");
  history.forgetSteps();
  assert.equal(shown(), "a");
  assert.equal(history.present.drawing, null);
});

test("strokes of a deleted prediction begin a new drawing, also after undo and redo", () => {
  const drawing = { key: "k", began: 1, version: 2, confirmed: { version: 2, id: "deleted" } };
  history.restore({ strokes: [stroke("a"), stroke("b")], drawing });
  history.undo();
  history.forgetPrediction("deleted");
  assert.equal(history.present.drawing, null);
  history.redo();
  assert.equal(shown(), "ab");
  assert.equal(history.present.drawing, null);
});

test("another prediction's deletion changes nothing", () => {
  const drawing = { key: "k", began: 1, version: 2, confirmed: { version: 2, id: "kept" } };
  history.restore({ strokes: [stroke("a")], drawing });
  history.forgetPrediction("deleted");
  assert.equal(history.present.drawing, drawing);
});

test("a drawing that is loaded replaces the pad's in one step and begins a new drawing", () => {
  add("a");
  const { drawing } = history.present;
  history.load([stroke("x"), stroke("y")]);
  assert.equal(history.present.drawing, null);
  add("z");
  assert.equal(shown(), "xyz");
  assert.notEqual(history.present.drawing, drawing);
  history.undo();
  history.undo();
  assert.equal(shown(), "a");
  assert.equal(history.present.drawing, drawing);
});
