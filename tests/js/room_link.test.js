import assert from "node:assert/strict";
import { beforeEach, mock, test } from "node:test";

import { RoomLink } from "../../components/shared/room_link.js";
import { FakeWebSocket, installBrowser } from "./fakes.js";

let calls;
let link;
let now;

beforeEach(() => {
  mock.timers.reset();
  mock.timers.enable({ apis: ["setTimeout", "setInterval"] });
  mock.method(performance, "now", () => now);
  now = 0;
  installBrowser();
  calls = [];
  link = new RoomLink("AB12", {
    createHello: () => ({ hello: "guest" }),
    onMessage: (message) => calls.push(["message", message]),
    onConnectionChange: (connected) => calls.push(["connected", connected]),
    onEnd: (reason) => calls.push(["end", reason]),
  });
});

test("it connects below the page's own path", () => {
  assert.equal(FakeWebSocket.newest.url, "wss://example.org/inkling/api/rooms/AB12");
});

test("each connection begins with a hello", () => {
  FakeWebSocket.newest.open();
  assert.deepEqual(FakeWebSocket.newest.sent, [{ hello: "guest" }]);
  assert.deepEqual(calls, [["connected", true]]);
});

test("a lost connection comes back, after ever longer pauses", () => {
  const pauses = [];
  for (let attempt = 0; attempt < 7; attempt += 1) {
    const { length } = FakeWebSocket.created;
    FakeWebSocket.newest.end(1006);
    let pause = 0;
    while (FakeWebSocket.created.length === length) {
      mock.timers.tick(10);
      pause += 10;
    }
    pauses.push(pause);
  }
  assert.deepEqual(pauses, [250, 450, 850, 1650, 3250, 5050, 5050]);
});

test("a message makes the next pause short again", () => {
  for (let attempt = 0; attempt < 5; attempt += 1) {
    FakeWebSocket.newest.end(1006);
    mock.timers.tick(10_000);
  }
  FakeWebSocket.newest.open();
  FakeWebSocket.newest.answer({ room: {} });
  FakeWebSocket.newest.end(1006);
  const { length } = FakeWebSocket.created;
  mock.timers.tick(250);
  assert.equal(FakeWebSocket.created.length, length + 1);
});

test("a room that moved is connected to at once", () => {
  FakeWebSocket.newest.open();
  FakeWebSocket.newest.end(4000);
  mock.timers.tick(50);
  assert.equal(FakeWebSocket.created.length, 2);
});

for (const [code, reason] of Object.entries({ 4003: "removed", 4004: "unknown", 4006: "full", 4007: "over" })) {
  test(`close code ${code} ends the link: ${reason}`, () => {
    FakeWebSocket.newest.open();
    FakeWebSocket.newest.end(Number(code));
    assert.deepEqual(calls.at(-1), ["end", reason]);
    mock.timers.tick(60_000);
    assert.equal(FakeWebSocket.created.length, 1);
  });
}

test("a message that cannot go out is not sent later", () => {
  assert.equal(link.send({ name: "A" }), false);
  FakeWebSocket.newest.open();
  assert.equal(link.send({ name: "B" }), true);
  assert.deepEqual(FakeWebSocket.newest.sent, [{ hello: "guest" }, { name: "B" }]);
});

test("a destroyed link does not connect again", () => {
  FakeWebSocket.newest.open();
  link.destroy();
  mock.timers.tick(60_000);
  window.dispatchEvent(new Event("online"));
  assert.equal(FakeWebSocket.created.length, 1);
});

/** Let time pass. */
function wait(ms) {
  for (let passed = 0; passed < ms; passed += 100) {
    now += 100;
    mock.timers.tick(100);
  }
}

test("a connection that falls silent is found by a ping, and replaced", () => {
  FakeWebSocket.newest.open();
  FakeWebSocket.newest.answer({ room: {} });
  wait(10_000);
  assert.deepEqual(FakeWebSocket.newest.sent.at(-1), { ping: true });
  FakeWebSocket.newest.answer({ pong: true });
  wait(8000);
  assert.equal(link.connected, true);
  wait(6000);
  assert.deepEqual(calls.at(-1), ["connected", false]);
  assert.equal(FakeWebSocket.created.length, 2);
});

test("after a message to a silent server the ping follows at once", () => {
  FakeWebSocket.newest.open();
  FakeWebSocket.newest.answer({ room: {} });
  link.send({ clear: true });
  assert.equal(FakeWebSocket.newest.sent.length, 2); // the server has just been heard
  wait(1000);
  link.send({ clear: true });
  assert.deepEqual(FakeWebSocket.newest.sent.at(-1), { ping: true });
});

test("a device that wakes up finds out whether its connection is alive", () => {
  FakeWebSocket.newest.open();
  FakeWebSocket.newest.answer({ room: {} });
  window.dispatchEvent(new Event("online"));
  assert.deepEqual(FakeWebSocket.newest.sent.at(-1), { ping: true });
});

test("a connection that is never made is given up", () => {
  wait(10_500);
  assert.equal(FakeWebSocket.created.length, 2);
});
