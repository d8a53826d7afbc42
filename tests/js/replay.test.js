import assert from "node:assert/strict";
import { test } from "node:test";

import { boundingBox, strokeLength } from "../../components/shared/replay.js";

test("the length of a stroke is the sum of its parts, and a dot has none", () => {
  assert.equal(
    strokeLength([
      [0, 0],
      [3, 4],
      [3, 10],
    ]),
    11,
  );
  assert.equal(strokeLength([[5, 5]]), 0);
});

test("the box around a drawing reaches from the first to the last point in each direction", () => {
  const strokes = [
    [
      [10, 50],
      [30, 20],
    ],
    [[15, 60]],
  ];
  assert.deepEqual(boundingBox(strokes), { left: 10, top: 20, width: 20, height: 40 });
});
