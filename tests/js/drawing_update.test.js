import assert from "node:assert/strict";
import { test } from "node:test";

import { applyDrawingUpdate } from "../../components/shared/drawing_surface.js";

const A = [1, 1];
const B = [2, 2];
const C = [3, 3];

test("points are added to the stroke that they belong to", () => {
  const strokes = [[A], [B]];
  assert.deepEqual(applyDrawingUpdate(strokes, { more: [[1, 1, [C]]] }), [[A], [B, C]]);
});

test("a stroke that is not there yet begins", () => {
  assert.deepEqual(applyDrawingUpdate([[A]], { more: [[1, 0, [B, C]]] }), [[A], [B, C]]);
});

test("points that came before are replaced, not repeated", () => {
  assert.deepEqual(applyDrawingUpdate([[A, B]], { more: [[0, 1, [B, C]]] }), [[A, B, C]]);
});

test("a whole drawing replaces the one that is there", () => {
  assert.deepEqual(applyDrawingUpdate([[A]], { all: [[C]] }), [[C]]);
});
