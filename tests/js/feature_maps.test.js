import assert from "node:assert/strict";
import { test } from "node:test";

import { evidenceFor, mostImportant, toLevels } from "../../components/shared/feature_maps.js";

/** Two maps of 2×2 positions; for output 1 the first speaks for it, the second against it. */
const maps = {
  stages: [{ side: 2, maps: [new Uint8Array([10, 30, 0, 0]), new Uint8Array([0, 0, 0, 50])] }],
  contributions: [
    [0, 0],
    [8, -3],
  ],
};

test("the contribution of a map is spread over the positions where it responds", () => {
  assert.deepEqual(evidenceFor(maps, 1), [2, 6, 0, -3]);
});

test("a map that does not respond adds nothing", () => {
  const silent = { ...maps, stages: [{ side: 2, maps: [new Uint8Array(4), new Uint8Array(4)] }] };
  assert.deepEqual(evidenceFor(silent, 1), [0, 0, 0, 0]);
});

test("the maps that add most come first", () => {
  assert.deepEqual(mostImportant(maps, 1, 2), [0, 1]);
  assert.deepEqual(mostImportant({ ...maps, contributions: [[1, 4]] }, 0, 1), [1]);
});

test("evidence against does not glow", () => {
  assert.deepEqual(toLevels([2, 6, 0, -3]), [85, 255, 0, 0]);
});
