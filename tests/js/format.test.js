import assert from "node:assert/strict";
import { test } from "node:test";

import { describeAge, formatPercent } from "../../components/shared/format.js";

const cases = [
  [0, "0%"],
  [0.0004, "0%"],
  [0.0005, "0.1%"],
  [0.034, "3.4%"],
  [0.1, "10%"],
  [0.876, "88%"],
  [0.9899, "99%"],
  [0.991, "99.1%"],
  [0.9994, "99.9%"],
  [0.9997, ">99.9%"],
  [1, "100%"],
];

for (const [share, expected] of cases) {
  test(`${share} is shown as ${expected}`, () => assert.equal(formatPercent(share), expected));
}

const texts = { now: "now", minutes: "{count} min", hours: "{count} h", days: "{count} d" };

for (const [age, words] of [
  [59_000, "now"],
  [60_000, "1 min"],
  [3_599_000, "59 min"],
  [3_600_000, "1 h"],
  [86_399_000, "23 h"],
  [86_400_000 * 3, "3 d"],
]) {
  test(`${age} ms ago is "${words}"`, () => assert.equal(describeAge(age, texts), words));
}
