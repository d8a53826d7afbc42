import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { Eraser, strokesLeft } from "../../components/pad/eraser.js";
import { ContactFilter } from "../../components/shared/pointer_input.js";
import { installBrowser } from "./fakes.js";

const stroke = (...points) => ({ points, width: 10, pressures: null });

test("a stroke is erased where the eraser touches its line, also between its points", () => {
  const line = stroke([0, 0], [100, 0]);
  const far = stroke([0, 50], [100, 50]);
  const strokes = [line, far];
  assert.deepEqual(strokesLeft(strokes, [50, 8], [50, 8], 4), [far]);
  assert.deepEqual(strokesLeft(strokes, [50, 10], [50, 10], 4), strokes);
});

test("an eraser that moves fast misses no stroke that it crosses", () => {
  const line = stroke([50, -100], [50, 100]);
  assert.deepEqual(strokesLeft([line], [0, 0], [200, 0], 4), []);
});

test("a dot is erased", () => {
  assert.deepEqual(strokesLeft([stroke([5, 5])], [8, 5], [30, 5], 1), []);
});

const canvas = {
  width: 960,
  isConnected: true,
  height: 720,
  getBoundingClientRect: () => ({ left: 0, top: 0, width: 480, height: 360 }),
};
let contacts;
let eraser;
let path;
let lifts;

beforeEach(() => {
  installBrowser();
  path = [];
  lifts = 0;
  contacts = new ContactFilter();
  eraser = new Eraser({
    findCanvas: () => canvas,
    contacts,
    canErase: () => true,
    onErase: (from, to, radius) => path.push([from, to, radius]),
    onLift: () => {
      lifts += 1;
    },
  });
});

/** Send a pointer event; return it. */
function pointer(type, properties) {
  const defaults = { pointerId: 1, pointerType: "pen", button: 0, buttons: 1, width: 1, height: 1 };
  const event = Object.assign(new Event(type, { cancelable: true }), defaults, properties);
  window.dispatchEvent(event);
  return event;
}

test("a pen's eraser erases although the tool is not chosen", () => {
  pointer("pointerdown", { button: 5, buttons: 32, clientX: 10, clientY: 10 });
  pointer("pointermove", { buttons: 32, clientX: 20, clientY: 10 });
  pointer("pointerup", { buttons: 0, clientX: 20, clientY: 10 });
  pointer("pointermove", { buttons: 0, clientX: 40, clientY: 10 });
  assert.deepEqual(path, [
    [[20, 20], [20, 20], 22],
    [[20, 20], [40, 20], 22],
  ]);
  assert.equal(lifts, 1);
});

test("the tip of a pen erases only while the tool is chosen", () => {
  pointer("pointerdown", { clientX: 10, clientY: 10 });
  assert.equal(eraser.erasing, false);
  eraser.chosen = true;
  pointer("pointerdown", { clientX: 10, clientY: 10 });
  assert.equal(eraser.erasing, true);
});

test("the pad and its canvas do not get the mouse and touch events of the eraser", () => {
  const sendMouse = () => {
    const event = new Event("mousedown", { cancelable: true });
    window.dispatchEvent(event);
    return event.defaultPrevented;
  };
  assert.equal(sendMouse(), false);
  pointer("pointerdown", { buttons: 32, clientX: 10, clientY: 10 });
  assert.equal(sendMouse(), true);
  pointer("pointerup", {});
  assert.equal(sendMouse(), false);
});

test("a palm does not erase", () => {
  eraser.chosen = true;
  pointer("pointerdown", { pointerType: "touch", width: 90, height: 90 });
  assert.equal(eraser.erasing, false);
});
