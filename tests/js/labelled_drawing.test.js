import assert from "node:assert/strict";
import { test } from "node:test";

import { keepLabelled, releaseLabelled, savedAs, versionOf } from "../../components/pad/labelled_drawing.js";

const ONE = [[[1, 1]]];
const TWO = [...ONE, [[2, 2]]];
const THREE = [...TWO, [[3, 3]]];

let count = 0;
const begin = () => ({ key: `key ${count++}`, began: 0, version: 0 });

test("a drawing without a label is saved as itself, whatever is drawn", () => {
  const drawing = begin();
  assert.equal(savedAs(drawing, ONE), drawing);
  assert.equal(savedAs(drawing, TWO), drawing);
});

test("a drawing with a label stays, and other strokes are saved as the next one", () => {
  const drawing = begin();
  keepLabelled(drawing, ONE, begin);
  assert.ok(versionOf(drawing).labelled);
  const next = savedAs(drawing, TWO);
  assert.notEqual(next.key, drawing.key);
  assert.equal(savedAs(drawing, THREE), next);
  assert.equal(savedAs(drawing, structuredClone(ONE)), drawing); // by undo
});

test("each of several labels keeps its strokes", () => {
  const drawing = begin();
  keepLabelled(drawing, ONE, begin);
  const second = savedAs(drawing, TWO);
  keepLabelled(second, TWO, begin);
  const third = savedAs(drawing, THREE);
  assert.equal(new Set([drawing.key, second.key, third.key]).size, 3);
  assert.deepEqual(
    [ONE, TWO, THREE].map((strokes) => savedAs(drawing, strokes)),
    [drawing, second, third],
  );
  const restored = JSON.parse(JSON.stringify(drawing)); // by a reload
  assert.equal(savedAs(restored, THREE).key, third.key);
});

test("another label of the same drawing does not begin another one", () => {
  const drawing = begin();
  keepLabelled(drawing, ONE, begin);
  const next = savedAs(drawing, TWO);
  keepLabelled(drawing, ONE, begin);
  assert.equal(savedAs(drawing, TWO), next);
});

test("without its label a drawing goes on, unless the next one has begun", () => {
  const drawing = begin();
  keepLabelled(drawing, ONE, begin);
  releaseLabelled(drawing);
  assert.equal(savedAs(drawing, TWO), drawing);
  keepLabelled(drawing, ONE, begin);
  savedAs(drawing, TWO).version = 1;
  releaseLabelled(drawing);
  assert.notEqual(savedAs(drawing, TWO), drawing);
});

test("a drawing has the id of its prediction only while that is of the same version", () => {
  const drawing = { ...begin(), version: 2 };
  assert.equal(versionOf(drawing).id, null);
  drawing.confirmed = { version: 2, id: "a" };
  assert.deepEqual(versionOf(drawing), { key: drawing.key, version: 2, id: "a", labelled: false });
  drawing.version = 3;
  assert.equal(versionOf(drawing).id, null);
});
