import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { countTicks, shareTicks } from "../../components/accuracy/chart_scale.js";
import { countRows, dayRows, digitRows, reliabilityRows, sourceRows } from "../../components/accuracy/rows.js";

beforeEach(() => {
  process.env.TZ = "Pacific/Auckland"; // UTC+13 in November
});

test("accuracies are added up to days of the viewer's time zone", () => {
  const rows = dayRows({
    "2026-11-22T10:45Z": { labelled: 1, right: 0 },
    "2026-11-22T11:00Z": { labelled: 2, right: 1 },
    "2026-11-23T10:45Z": { labelled: 2, right: 2 },
  });
  assert.deepEqual(
    rows.map(({ name, labelled, right, share }) => [name, labelled, right, share]),
    [
      ["2026-11-22", 1, 0, 0],
      ["2026-11-23", 4, 3, 0.75],
    ],
  );
});

test("precision and recall of each digit come from the confusion matrix", () => {
  const cells = [
    { true: "1", read: "1", count: 6 },
    { true: "1", read: "7", count: 2 },
    { true: "7", read: "7", count: 2 },
    { true: "?", read: "7", count: 4 },
  ];
  assert.deepEqual(
    digitRows(cells).map(({ digit, precision, recall, predicted, labelled }) => [
      digit,
      precision,
      recall,
      predicted,
      labelled,
    ]),
    [
      ["1", 1, 0.75, 6, 8],
      ["7", 0.25, 1, 8, 2],
      ["?", null, 0, 0, 4],
    ],
  );
});

test("empty bins are no points of the reliability diagram", () => {
  const rows = reliabilityRows([
    { lowest: 0.8, digits: 0, right: 0, confidence: null },
    { lowest: 0.9, digits: 4, right: 3, confidence: 0.95 },
  ]);
  assert.deepEqual(
    rows.map(({ confidence, share, digits }) => [confidence, share, digits]),
    [[0.95, 0.75, 4]],
  );
});

const summary = {
  days: { "2026-11-21": 1, "2026-11-22": 3, "2026-11-23": 5 },
  days_by_model: { "2026-11-21": { a: 1 }, "2026-11-22": { a: 1, b: 2 }, "2026-11-23": { b: 5 } },
  days_by_source: { "2026-11-21": { pad: 1 }, "2026-11-22": { pad: 3 }, "2026-11-23": { pad: 1, upload: 4 } },
};

test("days that overlap the range are counted, of a model if one is chosen", () => {
  const none = { from: null, to: null, model: null };
  assert.equal(countRows(summary, none).length, 3);
  assert.deepEqual(countRows(summary, { ...none, model: "a" }), [
    { name: "2026-11-21", count: 1 },
    { name: "2026-11-22", count: 1 },
  ]);
  // 23 November in Auckland begins on 22 November, 11:00 UTC.
  assert.deepEqual(countRows(summary, { ...none, from: "2026-11-23", to: "2026-11-23" }), [
    { name: "2026-11-22", count: 3 },
    { name: "2026-11-23", count: 5 },
  ]);
  assert.deepEqual(sourceRows(summary, { from: "2026-11-23", to: null }), [
    { source: "pad", count: 4 },
    { source: "upload", count: 4 },
  ]);
});

test("axes have few round numbers, whole ones for counts", () => {
  assert.deepEqual(countTicks(1), [0, 1]);
  assert.deepEqual(countTicks(7), [0, 2, 4, 6, 8]);
  assert.deepEqual(countTicks(1234), [0, 500, 1000, 1500]);
  assert.deepEqual(shareTicks(0), [0, 0.2, 0.4, 0.6, 0.8, 1]);
  assert.deepEqual(shareTicks(0.83), [0.8, 0.85, 0.9, 0.95, 1]);
  assert.deepEqual(shareTicks(1), [0.99, 0.992, 0.994, 0.996, 0.998, 1]);
});
