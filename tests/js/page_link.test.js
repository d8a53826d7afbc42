import assert from "node:assert/strict";
import { beforeEach, mock, test } from "node:test";

import { ChoiceSender } from "../../components/shared/choice.js";
import { PageLink } from "../../components/shared/page_link.js";
import { installBrowser } from "./fakes.js";

let posted;
let states;
let link;

beforeEach(() => {
  mock.timers.reset();
  mock.timers.enable({ apis: ["setInterval"] });
  installBrowser();
  posted = [];
  states = [];
  window.location.origin = "https://example.org";
  window.postMessage = (message, origin) => posted.push({ ...message, origin });
  link = new PageLink();
  link.watch((state) => states.push(state), new AbortController().signal);
});

/** Receive a message of Streamlit. */
function receive(type, more = {}) {
  const data = { stCommVersion: 1, type, ...more };
  window.dispatchEvent(Object.assign(new Event("message"), { source: window, data }));
}

const types = () => posted.map(({ type }) => type);

test("a heartbeat finds out whether the connection is silent", () => {
  mock.method(performance, "now", () => 1e9);
  mock.timers.tick(10_000);
  assert.deepEqual(posted, [
    {
      stCommVersion: 1,
      type: "SEND_APP_HEARTBEAT",
      ackTimeoutMilliseconds: 5000,
      origin: "https://example.org",
    },
  ]);
});

test("a hidden page sends no heartbeat", () => {
  document.hidden = true;
  mock.timers.tick(60_000);
  assert.deepEqual(posted, []);
});

test("a page that is connected again is run again", () => {
  receive("WEBSOCKET_CONNECTED"); // the first connection
  assert.deepEqual(types(), []);
  receive("WEBSOCKET_DISCONNECTED", { attemptingToReconnect: true });
  receive("WEBSOCKET_CONNECTED");
  receive("SCRIPT_RUN_STATE_CHANGED", { scriptRunState: "notRunning" });
  receive("SCRIPT_RUN_STATE_CHANGED", { scriptRunState: "notRunning" });
  assert.deepEqual(states, ["lost", "connected", "up to date"]);
  assert.deepEqual(types(), ["RERUN_SCRIPT"]);
});

test("messages of other windows and other versions are ignored", () => {
  const data = { stCommVersion: 1, type: "WEBSOCKET_DISCONNECTED" };
  window.dispatchEvent(Object.assign(new Event("message"), { source: {}, data }));
  window.dispatchEvent(Object.assign(new Event("message"), { source: window, data: { ...data, stCommVersion: 2 } }));
  window.dispatchEvent(Object.assign(new Event("message"), { source: window, data: null }));
  assert.equal(link.connected, true);
});

test("a choice that was lost with the connection is sent again after the next run, once", () => {
  const sent = [];
  const sender = new ChoiceSender((choice) => sent.push(choice));
  sender.send({ index: 3 });
  receive("WEBSOCKET_DISCONNECTED");
  receive("WEBSOCKET_CONNECTED");
  assert.equal(sent.length, 1);
  receive("SCRIPT_RUN_STATE_CHANGED", { scriptRunState: "notRunning" });
  assert.equal(sent.length, 2);
  assert.deepEqual(sent[1], sent[0]);
  sender.confirm(sent[0].id);
  receive("SCRIPT_RUN_STATE_CHANGED", { scriptRunState: "notRunning" });
  receive("WEBSOCKET_DISCONNECTED");
  receive("WEBSOCKET_CONNECTED");
  receive("SCRIPT_RUN_STATE_CHANGED", { scriptRunState: "notRunning" });
  assert.equal(sent.length, 2);
});

test("the same sample again is another choice", () => {
  const sent = [];
  const sender = new ChoiceSender((choice) => sent.push(choice));
  sender.send({ index: 3 });
  sender.confirm(sent[0].id);
  sender.send({ index: 3 });
  assert.notEqual(sent[0].id, sent[1].id);
});

test("a large image may take its time", () => {
  const sender = new ChoiceSender(() => {});
  sender.send({ content: "" }, 2_000_000);
  assert.equal(posted[0].ackTimeoutMilliseconds, 105_000);
});
