import assert from "node:assert/strict";
import { test } from "node:test";

import shortcuts from "../../components/help/shortcuts.json" with { type: "json" };
import { commandForKey } from "../../components/review/keyboard.js";
import { keyOf, labelForKey } from "../../components/shared/keyboard.js";

const seven = { text: "7" };
const number = { text: "42" };
const nothing = { text: "" };

test("a digit's key labels with the digit, x with no digit, y as predicted", () => {
  assert.equal(labelForKey("3", seven), "3");
  assert.equal(labelForKey("x", seven), "?");
  assert.equal(labelForKey("y", number), "42");
});

test("other keys give no label, and y none where nothing was predicted", () => {
  for (const key of ["a", "X", "F1", "12", " "]) assert.equal(labelForKey(key, seven), null);
  assert.equal(labelForKey("y", nothing), null);
});

for (const [key, selected, command] of [
  ["3", [seven], { name: "label", label: "3" }],
  ["3", [seven, seven], { name: "label", label: "3" }],
  ["x", [seven], { name: "label", label: "?" }],
  ["x", [number], { name: "label", label: "?" }],
  ["3", [number], { name: "type", text: "3" }],
  ["3", [seven, number], { name: "type", text: "3" }],
  ["e", [seven], { name: "type", text: "" }],
  ["y", [seven, number], { name: "confirm" }],
  ["y", [nothing], null],
  ["Enter", [seven], { name: "open" }],
  ["Enter", [seven, seven], null],
  ["Delete", [seven, seven], { name: "delete" }],
  ["Backspace", [seven], { name: "delete" }],
  ["u", [], { name: "undo" }],
  ["u", [seven], { name: "undo" }],
  ["3", [], null],
  ["Delete", [], null],
  ["q", [seven], null],
]) {
  const texts = selected.map(({ text }) => `"${text}"`).join(" and ") || "nothing";
  test(`${key} with ${texts} selected: ${command?.name ?? "does nothing"}`, () => {
    assert.deepEqual(commandForKey(key, selected), command);
  });
}

for (const [keyboard, key, code, name] of [
  ["QWERTY", "7", "Digit7", "7"],
  ["QWERTY with Caps Lock", "X", "KeyX", "x"],
  ["QWERTY with Shift", "&", "Digit7", "7"],
  ["AZERTY", "è", "Digit7", "7"],
  ["AZERTY with Shift", "7", "Digit7", "7"],
  ["AZERTY", "a", "KeyQ", "a"],
  ["QWERTZ", "y", "KeyZ", "y"],
  ["Czech", "ý", "Digit7", "7"],
  ["Russian", "ч", "KeyX", "x"],
  ["Arabic", "٧", "Digit7", "7"],
  ["an input method", "Process", "Digit7", "7"],
  ["an input method", "Process", "KeyX", "x"],
  ["a full-width input method", "７", "Digit7", "7"],
  ["a phone", "Unidentified", "", "Unidentified"],
  ["a number pad", "7", "Numpad7", "7"],
  ["a number pad without Num Lock", "Home", "Numpad7", "Home"],
  ["any", "ArrowLeft", "ArrowLeft", "ArrowLeft"],
  ["any", " ", "Space", " "],
  ["any", "?", "Slash", "?"],
]) {
  test(`"${key}" at ${code || "no position"} of ${keyboard} is ${name}`, () => {
    assert.equal(keyOf({ key, code }), name);
  });
}

test("the letters and named keys in the help do something with a selected prediction", () => {
  const keys = [...shortcuts.review, ...shortcuts.detail].map(([key]) => key);
  const letters = keys.filter((key) => /^[A-Z]$/.test(key)).map((key) => key.toLowerCase());
  for (const key of [...letters, "Enter", "Delete"]) assert.notEqual(commandForKey(key, [seven]), null, key);
});
