import assert from "node:assert/strict";
import { test } from "node:test";

import { formatPercent } from "../../components/shared/format.js";

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
