import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { wilsonInterval } from "../../components/shared/interval.js";

const intervals = JSON.parse(readFileSync(new URL("../data/wilson_intervals.json", import.meta.url), "utf8"));

for (const { right, count, low, high } of intervals) {
  test(`Wilson's interval for ${right} of ${count}`, () => {
    const [lowest, highest] = wilsonInterval(right, count);
    assert.ok(Math.abs(lowest - low) < 0.00006, `low ${lowest}, expected ${low}`);
    assert.ok(Math.abs(highest - high) < 0.00006, `high ${highest}, expected ${high}`);
  });
}

test("Wilson's interval never leaves 0 to 1", () => {
  for (let count = 1; count < 500; count += 1) {
    assert.equal(wilsonInterval(0, count)[0], 0);
    assert.equal(wilsonInterval(count, count)[1], 1);
  }
});
