import assert from "node:assert/strict";
import { test } from "node:test";

import { describeEffect, EVERYBODY } from "../../components/present/actions.js";
import { Confirmation } from "../../components/present/confirmation.js";

const texts = {
  status_locked: "locked",
  status_all: "all",
  status_one: "one",
  status_closed: "closed",
  status_open: "open",
  status_cleared: "cleared",
  confirm_remove: "remove?",
  confirm_clear: "clear?",
};
const open = { pen: "all", closed: false };

test("the first request waits to be confirmed, the second confirms it", () => {
  const confirmation = new Confirmation();
  assert.equal(confirmation.request("participant"), false);
  assert.equal(confirmation.pending, "participant");
  assert.equal(confirmation.request("participant"), true);
  assert.equal(confirmation.pending, null);
});

test("a request for something else begins again", () => {
  const confirmation = new Confirmation();
  confirmation.request("participant");
  assert.equal(confirmation.request(EVERYBODY), false);
  assert.equal(confirmation.request("participant"), false);
  confirmation.cancel();
});

test("a request is forgotten after three seconds", (context) => {
  context.mock.timers.enable({ apis: ["setTimeout"] });
  const confirmation = new Confirmation();
  confirmation.request("participant");
  context.mock.timers.tick(2999);
  assert.equal(confirmation.pending, "participant");
  context.mock.timers.tick(1);
  assert.equal(confirmation.request("participant"), false);
});

test("lock says whether drawing is locked now", () => {
  assert.equal(describeEffect("lock", { pen: "nobody", closed: false }, "screen1", null, texts), "locked");
  assert.equal(describeEffect("lock", open, "screen1", null, texts), "all");
});

test("the pen is handed on only to a participant", () => {
  assert.equal(describeEffect("giveTurn", { pen: "ada", closed: false }, "ada", null, texts), "one");
  assert.equal(describeEffect("giveTurn", open, "screen1", null, texts), "");
});

test("what deletes something asks first", () => {
  assert.equal(describeEffect("remove", open, "ada", "ada", texts), "remove?");
  assert.equal(describeEffect("remove", open, "ada", null, texts), "");
  assert.equal(describeEffect("clearAll", open, "ada", EVERYBODY, texts), "clear?");
  assert.equal(describeEffect("clearAll", open, "ada", null, texts), "cleared");
});

test("close says whether participants may come in now", () => {
  assert.equal(describeEffect("close", { pen: "all", closed: true }, "screen1", null, texts), "closed");
  assert.equal(describeEffect("close", open, "screen1", null, texts), "open");
});

test("what can be seen anyway is not described", () => {
  assert.equal(describeEffect("next", open, "screen1", null, texts), "");
});
