import assert from "node:assert/strict";
import { test } from "node:test";

import { fitStrokes } from "../../components/pad/fit_strokes.js";
import { boundingBox } from "../../components/shared/replay.js";

const square = (left, top, side) => [
  [
    [left, top],
    [left + side, top],
    [left + side, top + side],
  ],
];

test("a drawing of this pad keeps its place", () => {
  const strokes = square(100, 80, 200);
  assert.equal(fitStrokes(strokes, 480, 360), strokes);
});

test("a drawing of a larger pad is made smaller and put into the center", () => {
  assert.deepEqual(boundingBox(fitStrokes(square(300, 100, 600), 480, 360)), {
    left: 96,
    top: 36,
    width: 288,
    height: 288,
  });
});

test("a drawing that lies outside is moved onto the pad in its size", () => {
  assert.deepEqual(boundingBox(fitStrokes(square(-150, 500, 180), 480, 360)), {
    left: 150,
    top: 90,
    width: 180,
    height: 180,
  });
});

test("a tiny drawing is enlarged", () => {
  const { width } = boundingBox(fitStrokes(square(5, 5, 20), 480, 360));
  assert.equal(width, 108);
});

test("a dot is put into the center", () => {
  assert.deepEqual(fitStrokes([[[7, 3]]], 480, 360), [[[240, 180]]]);
});
