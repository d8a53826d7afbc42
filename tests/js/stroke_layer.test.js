import assert from "node:assert/strict";
import { test } from "node:test";

import { lineWidths } from "../../components/pad/stroke_layer.js";

test("at half of the pressure a line is as wide as the pen", () => {
  for (const width of lineWidths(20, [0.5, 0.5, 0.5])) assert.ok(Math.abs(width - 20) < 1e-9);
});

test("a line gets wider with the pressure, and noise is smoothed", () => {
  const widths = lineWidths(20, [0.2, 0.4, 0.6, 0.8, 1]);
  assert.deepEqual(
    widths,
    [...widths].sort((a, b) => a - b),
  );
  assert.ok(widths[4] > 1.5 * widths[0]);
  const [before, peak] = lineWidths(20, [0.5, 0.6]);
  assert.ok(peak - before < 20 * 0.1);
});

test("a line stays visible without pressure and has at most 1.6 times the pen's width", () => {
  assert.ok(lineWidths(20, [0])[0] >= 8);
  assert.ok(lineWidths(20, [1])[0] <= 32);
});
