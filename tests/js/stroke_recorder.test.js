import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { StrokeRecorder } from "../../components/pad/stroke_recorder.js";
import { ContactFilter } from "../../components/shared/pointer_input.js";
import { installBrowser } from "./fakes.js";

const canvas = {
  width: 960,
  height: 720,
  isConnected: true,
  getBoundingClientRect: () => ({ left: 10, top: 20, width: 480, height: 360 }),
  dispatchEvent: (event) => canvasEvents.push(event.type),
};

let recorder;
let strokes; // points of the finished strokes
let finished; // the strokes with width and pressure
let moves;
let cancelled;
let canvasEvents;

beforeEach(() => {
  installBrowser();
  globalThis.TouchEvent = Event;
  strokes = [];
  finished = [];
  moves = 0;
  cancelled = 0;
  canvasEvents = [];
  recorder = new StrokeRecorder({
    findCanvas: () => canvas,
    contacts: new ContactFilter(),
    penWidth: () => 19,
    onMove: () => {
      moves += 1;
    },
    onStroke: (stroke) => {
      finished.push(stroke);
      strokes.push(stroke.points);
    },
    onCancel: () => {
      cancelled += 1;
    },
  });
});

/** Send an event to the page; return it. */
function send(type, properties) {
  const event = Object.assign(new Event(type, { cancelable: true }), properties);
  window.dispatchEvent(event);
  return event;
}

const mouse = (type, x, y, more = {}) => send(type, { clientX: x, clientY: y, button: 0, shiftKey: false, ...more });

function touch(type, identifier, x, y, radius = 5, others = 0) {
  const changed = { identifier, clientX: x, clientY: y, radiusX: radius, radiusY: radius };
  return send(type, { changedTouches: [changed], touches: Array(others).fill({}), shiftKey: false });
}

test("the mouse draws a stroke in whole pixels of the canvas, which the page scales", () => {
  mouse("mousedown", 10, 20);
  mouse("mousemove", 60.1, 20.2);
  mouse("mousemove", 110, 120);
  mouse("mouseup", 110, 120);
  assert.deepEqual(strokes, [
    [
      [0, 0],
      [100, 0],
      [200, 200],
    ],
  ]);
  assert.equal(moves, 3);
  assert.equal(recorder.stroke, null);
});

test("a pen that rests adds no points, and a tap is a dot", () => {
  mouse("mousedown", 60, 70);
  mouse("mousemove", 60.2, 70.1);
  mouse("mouseup", 60, 70);
  assert.deepEqual(strokes, [[[100, 100]]]);
});

test("another button than the first does not draw", () => {
  mouse("mousedown", 50, 50, { button: 2 });
  assert.equal(recorder.drawing, false);
});

test("a raw update previews where the pen is, in whole pixels for the mouse", () => {
  mouse("mousedown", 10, 20);
  send("pointerrawupdate", { clientX: 60.7, clientY: 70.2, isPrimary: true, pointerType: "mouse" });
  assert.deepEqual(recorder.stroke.at(-1), [100, 100]);
  mouse("mousemove", 60, 70);
  assert.deepEqual(recorder.stroke.at(-1), [100, 100]);
});

test("Shift draws a straight line", () => {
  mouse("mousedown", 10, 20);
  for (const x of [20, 30, 40, 50]) mouse("mousemove", x, 20 + x, { shiftKey: true });
  mouse("mouseup", 50, 70);
  assert.equal(strokes[0].length, 2);
});

test("a palm never reaches the canvas", () => {
  send("pointerdown", { pointerType: "touch", pointerId: 1 });
  const event = touch("touchstart", 1, 50, 50, 45);
  assert.equal(event.defaultPrevented, true);
  assert.equal(recorder.drawing, false);
});

test("a finger next to a pen does not draw, the pen does", () => {
  send("pointerdown", { pointerType: "pen", pointerId: 1 });
  touch("touchstart", 1, 50, 50, 1);
  touch("touchend", 1, 50, 50, 1);
  send("pointerdown", { pointerType: "touch", pointerId: 2 });
  assert.equal(touch("touchstart", 2, 80, 80).defaultPrevented, true);
  send("pointerdown", { pointerType: "pen", pointerId: 3 });
  touch("touchstart", 3, 90, 90, 1);
  assert.equal(recorder.drawing, true);
  assert.equal(strokes.length, 1);
});

const pointer = (type, pointerType, pressure = 0.5) =>
  send(type, { pointerType, pressure, pointerId: 1, isPrimary: true, clientX: 0, clientY: 0 });

test("a palm that rests on the pad before the pen comes leaves no stroke", () => {
  pointer("pointerdown", "touch");
  touch("touchstart", 1, 50, 50, 20);
  touch("touchmove", 1, 52, 50, 20);
  assert.equal(recorder.drawing, true); // it could be a finger
  pointer("pointerdown", "pen");
  assert.equal(cancelled, 1);
  assert.deepEqual(canvasEvents, ["touchend"]); // the canvas no longer draws either
  touch("touchstart", 2, 90, 90, 1, 2);
  touch("touchmove", 1, 60, 60, 20, 2);
  touch("touchend", 2, 90, 90, 1, 1);
  touch("touchend", 1, 60, 60, 20);
  assert.deepEqual(strokes, [[[160, 140]]]);
});

test("a pen whose events are those of a mouse draws right after a palm was lifted", () => {
  pointer("pointerdown", "touch");
  touch("touchstart", 1, 50, 50);
  touch("touchend", 1, 50, 50);
  pointer("pointerdown", "pen");
  mouse("mousedown", 90, 90);
  mouse("mouseup", 90, 90);
  assert.equal(strokes.length, 2);
});

test("a touch that grows to a palm leaves no stroke", () => {
  touch("touchstart", 1, 50, 50);
  touch("touchmove", 1, 60, 50, 45);
  touch("touchend", 1, 60, 50, 45);
  assert.equal(cancelled, 1);
  assert.deepEqual(strokes, []);
});

test("a touch that the system takes back leaves no stroke", () => {
  touch("touchstart", 1, 50, 50);
  touch("touchmove", 1, 60, 50);
  touch("touchcancel", 1, 60, 50);
  assert.equal(cancelled, 1);
  assert.deepEqual(strokes, []);
});

test("a pen's pressure is recorded at each point", () => {
  pointer("pointerdown", "pen", 0.2);
  mouse("mousedown", 10, 20);
  pointer("pointerrawupdate", "pen", 0.8);
  mouse("mousemove", 60, 70);
  pointer("pointermove", "pen", 0.9);
  mouse("mousemove", 80, 70);
  mouse("mouseup", 80, 70);
  const points = [
    [0, 0],
    [100, 100],
    [140, 100],
  ];
  assert.deepEqual(finished, [{ points, width: 19, pressures: [0.2, 0.8, 0.9] }]);
});

test("the mouse and fingers have no pressure", () => {
  pointer("pointerdown", "mouse");
  mouse("mousedown", 10, 20);
  mouse("mouseup", 10, 20);
  pointer("pointerdown", "touch", 1);
  touch("touchstart", 1, 50, 50);
  touch("touchend", 1, 50, 50);
  assert.deepEqual(
    finished.map(({ pressures }) => pressures),
    [null, null],
  );
});

test("a second finger is ignored while the first draws", () => {
  touch("touchstart", 1, 50, 50);
  assert.equal(touch("touchstart", 2, 90, 90).defaultPrevented, true);
  touch("touchmove", 2, 95, 95);
  touch("touchend", 1, 50, 50);
  assert.deepEqual(strokes, [[[80, 60]]]);
});

test("the mouse events that a browser makes up after a touch do not draw", () => {
  touch("touchstart", 1, 50, 50);
  touch("touchend", 1, 50, 50);
  mouse("mousedown", 50, 50);
  assert.equal(recorder.drawing, false);
});
