import assert from "node:assert/strict";
import { test } from "node:test";

import {
  countOutcome,
  filterDrawings,
  formatRatio,
  formatShare,
  listChanges,
  setName,
  showText,
  signed,
  strengthOf,
} from "../../components/models/comparison_changes.js";
import { describeShown } from "../../components/models/comparison_drawings.js";
import { describeChange } from "../../components/models/comparison_tables.js";

const pair = (name, served, candidate) => ({ true: name[0], read: name[1], served, candidate });

test("a change is better if there are more right digits or fewer wrong ones, the largest first", () => {
  const changes = listChanges([pair("71", 12, 3), pair("77", 88, 100), pair("74", 0, 1), pair("??", 9, 7)]);
  assert.deepEqual(
    changes.map((item) => [item.true + item.read, signed(item.change), item.better]),
    [
      ["77", "+12", true],
      ["71", "−9", true],
      ["??", "−2", false],
      ["74", "+1", false],
    ],
  );
});

test("what has not changed is left out", () => {
  assert.deepEqual(listChanges([pair("77", 88, 88), pair("71", 1, 1)]), []);
});

test("a summary names both counts", () => {
  const texts = { confusion: "{true} read as {read}: {served} → {candidate}" };
  assert.equal(describeChange(pair("71", 12, 3), texts), "7 read as 1: 12 → 3");
});

test("the largest change is colored fully, a small one still visibly", () => {
  assert.equal(strengthOf(-100, 100), 1);
  assert.equal(strengthOf(1, 100), 0.1);
  assert.equal(strengthOf(0, 0), 0);
});

const OUTCOMES = { fixed: 16, broken: 2, both_wrong: 0 };

test("drawings are filtered by outcome, and all are counted", () => {
  const drawings = [{ outcome: "fixed" }, { outcome: "broken" }, { outcome: "fixed" }];
  assert.equal(filterDrawings(drawings, "all").length, 3);
  assert.deepEqual(filterDrawings(drawings, "broken"), [drawings[1]]);
  assert.deepEqual(filterDrawings(drawings, "both_wrong"), []);
  assert.equal(countOutcome(OUTCOMES, "all"), 18);
  assert.equal(countOutcome(OUTCOMES, "fixed"), 16);
});

test("it is said if drawings are not shown, and why", () => {
  const texts = {
    drawings_none: "None.",
    drawings_shown: "{shown} of {count}.",
    drawings_missing: "{count} deleted.",
  };
  assert.equal(describeShown(0, 0, 0, texts), "None.");
  assert.equal(describeShown(18, 18, 0, texts), "");
  assert.equal(describeShown(10, 18, 0, texts), "10 of 18.");
  assert.equal(describeShown(16, 18, 2, texts), "2 deleted.");
  assert.equal(describeShown(10, 18, 2, texts), "10 of 18. 2 deleted.");
});

test("an empty prediction is a dash, lines are separated", () => {
  assert.deepEqual(["", "7", "1\n2"].map(showText), ["–", "7", "1 / 2"]);
});

test("a share has as many decimals as the examples can tell, and is 100% only if all are right", () => {
  assert.equal(formatShare(51 / 52, 52), "98.1%");
  assert.equal(formatShare(0.99765, 10_000), "99.77%");
  assert.equal(formatShare(0.99996, 10_000), "99.99%");
  assert.equal(formatShare(0.9996, 500), "99.9%");
  assert.equal(formatShare(1, 500), "100%");
  assert.equal(formatShare(0, 500), "0.0%");
});

test("no change has no sign", () => {
  assert.equal(signed(0), "0");
});

test("a ratio is a factor", () => {
  assert.equal(formatRatio(100, 98), "0.98 ×");
  assert.equal(formatRatio(0, 98), "–");
});

test("known sets have names in the page's language", () => {
  const texts = { set_mnist: "MNIST 测试集" };
  assert.equal(setName("MNIST test", texts), "MNIST 测试集");
  assert.equal(setName("of a teacher", texts), "of a teacher");
});
