// The view "most useful": which predictions come next, and why.

import assert from "node:assert/strict";
import { test } from "node:test";
import { countToRequest, describeReasons, isLabelled, selectNew } from "../../components/review/most_useful.js";

const item = (id, label = null, labelled_by = null) => ({ id, label, labelled_by });

test("labels of visitors do not count", () => {
  assert.equal(isLabelled(item("a")), false);
  assert.equal(isLabelled(item("a", "4")), true);
  assert.equal(isLabelled(item("a", "4", "Ada")), true);
  assert.equal(isLabelled(item("a", "4", "visitor")), false);
  assert.equal(isLabelled(item("a", "4", "visitor, room ABCDE")), false);
});

test("as many more are requested as were skipped", () => {
  assert.equal(countToRequest([], 20), 20);
  assert.equal(countToRequest([item("a", "4"), item("b"), item("c", "4", "visitor")], 20), 22);
  assert.equal(countToRequest(Array(600).fill(item("a")), 20), 500);
});

test("what is shown already does not come again", () => {
  const items = [item("b"), item("d"), item("c"), item("e"), item("f")];
  const next = selectNew(items, [item("a", "4"), item("b"), item("c")], 2);
  assert.deepEqual(
    next.map(({ id }) => id),
    ["d", "e"],
  );
  assert.deepEqual(selectNew([item("a")], [item("a")], 2), []);
});

test("the reasons are given in a few words", () => {
  const texts = {
    reason_uncertain: "{first} or {second}?",
    reason_uncertain_none: "{value}, or not a digit?",
    reason_unlike: "unlike anything labelled",
    reason_differs: "another version: {text}",
    reason_varied: "for variety",
  };
  const describe = (reasons, other_text = null, likeliest = ["4", "9"]) =>
    describeReasons({ reasons, likeliest, other_text }, texts);
  assert.equal(describe(["uncertain"]), "4 or 9?");
  assert.equal(describe(["uncertain"], null, ["7", "?"]), "7, or not a digit?");
  assert.equal(describe(["uncertain"], null, ["?", "7"]), "7, or not a digit?");
  assert.equal(describe(["differs", "unlike"], "9"), "another version: 9 · unlike anything labelled");
  assert.equal(describe(["differs"], ""), "another version: –");
  assert.equal(describe(["varied"]), "for variety");
});
