import assert from "node:assert/strict";
import { test } from "node:test";

import { decimate, toStroke } from "../../components/pad/brush.js";

test("points closer than 0.4 pixels to the last kept one are dropped", () => {
  const points = [
    [0, 0],
    [0.3, 0],
    [0.5, 0],
    [0.8, 0],
    [2, 0],
    [3, 0],
    [4, 0],
  ];
  assert.deepEqual(decimate(points), [
    [0, 0],
    [0.5, 0],
    [2, 0],
    [4, 0],
  ]);
});

test("a dot keeps both of its points", () => {
  const dot = [
    [7, 8],
    [7, 8],
  ];
  assert.deepEqual(decimate(dot), dot);
});

test("the first and the last point always stay, the last but one never does", () => {
  const points = [
    [0, 0],
    [9, 9],
    [9.1, 9.1],
  ];
  assert.deepEqual(decimate(points), [
    [0, 0],
    [9.1, 9.1],
  ]);
});

test("strokes are in whole pixels, halves go up, also with noise on them", () => {
  const points = [
    [0.5, 1.4],
    [2.4999999, -0.5],
  ];
  assert.deepEqual(toStroke(points), [
    [1, 1],
    [3, 0],
  ]);
});
