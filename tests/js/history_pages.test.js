import assert from "node:assert/strict";
import { test } from "node:test";

import { olderThanPage } from "../../components/history_panel/pages.js";

const items = (...ids) => ids.map((id) => ({ id }));

test("older predictions follow a new first page that reaches them", () => {
  assert.deepEqual(olderThanPage(items(5, 4, 3), items(4, 3, 2, 1)), items(2, 1));
});

test("older predictions are dropped if the new first page does not reach them", () => {
  assert.deepEqual(olderThanPage(items(9, 8, 7), items(4, 3, 2)), []);
  assert.deepEqual(olderThanPage([], items(4, 3, 2)), []);
});
