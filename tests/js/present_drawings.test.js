import assert from "node:assert/strict";
import { test } from "node:test";

import { countPoints, EXAMPLE_SEVEN, oneToSeven, takeFirstPoints } from "../../components/present/example_strokes.js";
import { glyphBounds } from "../../components/present/explanation_overlays.js";
import { GLYPH_SIDE } from "../../components/shared/glyph.js";

/** @type {import("../../components/shared/types.d.ts").Stroke[]} */
const strokes = [
  [
    [1, 1],
    [2, 2],
  ],
  [
    [3, 3],
    [4, 4],
  ],
];

test("a replay begins with nothing and ends with the whole drawing", () => {
  assert.deepEqual(takeFirstPoints(strokes, 0), []);
  assert.deepEqual(takeFirstPoints(strokes, 1), strokes);
});

test("a replay draws stroke after stroke", () => {
  assert.deepEqual(takeFirstPoints(strokes, 0.25), [[[1, 1]]]);
  assert.deepEqual(takeFirstPoints(strokes, 0.75), [
    [
      [1, 1],
      [2, 2],
    ],
    [[3, 3]],
  ]);
});

test("the points of all strokes are counted", () => {
  assert.equal(countPoints(strokes), 4);
  assert.equal(countPoints([]), 0);
});

test("a one grows a roof to the left", () => {
  assert.equal(oneToSeven(0)[0][0][0], 690);
  assert.equal(oneToSeven(1)[0][0][0], 270);
});

test("the example is one stroke", () => {
  assert.equal(EXAMPLE_SEVEN.length, 1);
});

test("a glyph's bounds enclose what is not 0", () => {
  const glyph = new Uint8Array(GLYPH_SIDE ** 2);
  glyph[3 * GLYPH_SIDE + 5] = glyph[10 * GLYPH_SIDE + 7] = 255;
  assert.deepEqual(glyphBounds(glyph), [5, 3, 8, 11]);
});
