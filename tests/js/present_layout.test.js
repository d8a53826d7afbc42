import assert from "node:assert/strict";
import { test } from "node:test";

import { findPartner } from "../../components/present/focus.js";
import { describeCount, qrSource } from "../../components/present/invitation.js";
import { findScene, isTour, SCENES, sceneAfter } from "../../components/present/scenes.js";
import { countColumns } from "../../components/present/tiling.js";

test("tiles use as few columns as the rectangle needs", () => {
  assert.equal(countColumns(0, 1000, 500), 1);
  assert.equal(countColumns(1, 1000, 500), 1);
  assert.equal(countColumns(2, 1000, 500), 2);
  assert.equal(countColumns(2, 500, 1000), 1);
  assert.equal(countColumns(8, 1000, 500), 4);
  assert.equal(countColumns(50, 1000, 500), 10);
});

test("no other number of columns makes tiles larger", () => {
  const side = (/** @type {number} */ columns) => Math.min(900 / columns, 700 / Math.ceil(37 / columns));
  const best = side(countColumns(37, 900, 700));
  for (let columns = 1; columns <= 37; columns += 1) assert.ok(side(columns) <= best);
});

test("a participant is shown next to the next one, the last next to the presenter", () => {
  const order = ["screen1", "ada", "bo", "cy"];
  assert.equal(findPartner("ada", order), "bo");
  assert.equal(findPartner("bo", order), "cy");
  assert.equal(findPartner("cy", order), "screen1");
});

test("the presenter's pad is shown next to the second pad", () => {
  assert.equal(findPartner("screen1", ["screen1", "ada"]), "screen2");
});

test("who has left the room is shown next to the presenter", () => {
  assert.equal(findPartner("gone", ["screen1", "ada"]), "screen1");
});

test("next and back stop at the ends", () => {
  assert.equal(sceneAfter("join", 1), "draw");
  assert.equal(sceneAfter("join", -1), "join");
  assert.equal(sceneAfter("end", 1), "end");
});

test("a saved scene is found again, an unknown one begins at the start", () => {
  assert.equal(findScene("heat"), "heat");
  assert.equal(findScene("unknown"), "join");
  assert.equal(findScene(undefined), "join");
});

test("the tour has six scenes", () => {
  assert.equal(SCENES.filter(isTour).length, 6);
});

test("participants are counted in words", () => {
  const texts = { no_participants: "nobody", one: "one", people: "{count} people" };
  assert.deepEqual(
    [0, 1, 2].map((count) => describeCount(count, texts)),
    ["nobody", "one", "2 people"],
  );
});

test("a QR code's address is escaped", () => {
  const source = qrSource("abcd", "http://localhost:8501/join?room=abcd");
  assert.equal(source, "api/rooms/abcd/qr.svg?address=http%3A%2F%2Flocalhost%3A8501%2Fjoin%3Froom%3Dabcd");
});
