import assert from "node:assert/strict";
import { test } from "node:test";

import { parseLabel } from "../../components/review/labels.js";

for (const [typed, label] of [
  ["42", "42"],
  [" 7 ", "7"],
  ["4x", "4?"],
  ["X×", "??"],
  ["", null],
  ["seven", null],
  ["1".repeat(64), "1".repeat(64)],
  ["1".repeat(65), null],
]) {
  test(`"${typed}" typed is ${label === null ? "no label" : `the label ${label}`}`, () => {
    assert.equal(parseLabel(typed), label);
  });
}
