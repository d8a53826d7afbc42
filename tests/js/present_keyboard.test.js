import assert from "node:assert/strict";
import { test } from "node:test";

import shortcuts from "../../components/help/shortcuts.json" with { type: "json" };
import { actionForKey } from "../../components/present/keyboard.js";
import { SCENES } from "../../components/present/scenes.js";

const noModifiers = { ctrlKey: false, metaKey: false, altKey: false };
const actionFor = (/** @type {string} */ key) => actionForKey({ key, ...noModifiers });

test("a remote control's keys work", () => {
  const actions = ["PageDown", "PageUp", "b", ".", "F5", "Escape"].map(actionFor);
  assert.deepEqual(actions, ["next", "back", "toggleBlackScreen", "toggleBlackScreen", "toggleFullscreen", "escape"]);
});

test("letters work with caps lock", () => {
  assert.equal(actionFor("G"), "everyone");
});

test("all ten digits are the true digit of a round", () => {
  for (const digit of "0123456789") assert.equal(actionFor(digit), "digit");
});

test("other keys do nothing", () => {
  for (const key of ["ß", "Tab", "Shift", "10", "F11"]) assert.equal(actionFor(key), null);
});

test("keys with a modifier are the browser's", () => {
  for (const modifier of ["ctrlKey", "metaKey", "altKey"]) {
    assert.equal(actionForKey({ key: "c", ...noModifiers, [modifier]: true }), null);
  }
});

test("the help names the key of every scene", () => {
  const actions = shortcuts.present.map(([, action]) => action);
  for (const scene of SCENES)
    assert.ok(
      actions.some((action) => scene.startsWith(action)),
      scene,
    );
});

test("the letters in the help are the keys", () => {
  for (const [key, action] of shortcuts.present) if (/^[A-Z]$/.test(key)) assert.equal(actionFor(key), action);
});
