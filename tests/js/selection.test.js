import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { Selection } from "../../components/review/selection.js";

let selection;

beforeEach(() => {
  selection = new Selection();
});

test("an item is selected alone", () => {
  selection.select(2);
  selection.select(5);
  assert.deepEqual(selection.sorted, [5]);
});

test("a range reaches from the item that was selected alone, in both directions", () => {
  selection.select(5);
  selection.select(8, { extend: true });
  assert.deepEqual(selection.sorted, [5, 6, 7, 8]);
  selection.select(3, { extend: true });
  assert.deepEqual(selection.sorted, [3, 4, 5]);
});

test("without an item to begin with, a range is that item", () => {
  selection.select(3, { extend: true });
  assert.deepEqual(selection.sorted, [3]);
});

test("items are added and removed one by one", () => {
  selection.select(10);
  selection.select(2, { toggle: true });
  assert.deepEqual(selection.sorted, [2, 10]);
  selection.select(10, { toggle: true });
  assert.deepEqual(selection.sorted, [2]);
});

test("a range may be added to the others", () => {
  selection.select(0);
  selection.select(5, { toggle: true });
  selection.select(6, { extend: true, toggle: true });
  assert.deepEqual(selection.sorted, [0, 5, 6]);
});

test("every item whose state changed is returned", () => {
  selection.select(1);
  assert.deepEqual([...selection.select(4)].sort(), [1, 4]);
  assert.deepEqual([...selection.select(4, { toggle: true })], [4]);
});

test("nothing is selected after it is cleared, nor does a range begin", () => {
  selection.select(4);
  selection.clear();
  assert.equal(selection.size, 0);
  selection.select(6, { extend: true });
  assert.deepEqual(selection.sorted, [6]);
});
