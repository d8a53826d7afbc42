import assert from "node:assert/strict";
import { test } from "node:test";

import { sortLeastConfidentFirst } from "../../components/review/ordering.js";

test("most likely wrong first: without a label before labelled, then by confidence", () => {
  const item = (id, confidence, label) => ({ id, confidence, label });
  const items = [item("a", 0.9, null), item("b", 0.1, "7"), item("c", 0.5, null), item("d", 0.05, "1")];
  assert.deepEqual(
    sortLeastConfidentFirst(items).map(({ id }) => id),
    ["c", "a", "d", "b"],
  );
});
