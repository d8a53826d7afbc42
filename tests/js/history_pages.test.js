import assert from "node:assert/strict";
import { test } from "node:test";

import { describeAge, olderThanPage } from "../../components/history_panel/pages.js";

const items = (...ids) => ids.map((id) => ({ id }));
const texts = { now: "now", minutes: "{count} min", hours: "{count} h", days: "{count} d" };

test("older predictions follow a new first page that reaches them", () => {
  assert.deepEqual(olderThanPage(items(5, 4, 3), items(4, 3, 2, 1)), items(2, 1));
});

test("older predictions go where the new first page does not reach them", () => {
  assert.deepEqual(olderThanPage(items(9, 8, 7), items(4, 3, 2)), []);
  assert.deepEqual(olderThanPage([], items(4, 3, 2)), []);
});

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
