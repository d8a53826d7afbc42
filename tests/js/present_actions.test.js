import assert from "node:assert/strict";
import { test } from "node:test";

import { describeEffect, describeRoom, EVERYBODY } from "../../components/present/actions.js";
import { Confirmation } from "../../components/present/confirmation.js";

const texts = {
  status_locked: "locked",
  status_all: "all",
  status_one: "only {name}",
  status_closed: "closed",
  status_open: "open",
  status_cleared: "cleared",
  confirm_remove: "remove?",
  confirm_clear: "clear?",
};
const open = { pen: "all", closed: false };

/** What is in focus, and what waits to be confirmed. */
const state = (focus, pending) => ({ focus, pending, name: "Ada" });

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
  assert.equal(describeEffect("lock", { pen: "nobody", closed: false }, state("screen1", null), texts), "locked");
  assert.equal(describeEffect("lock", open, state("screen1", null), texts), "all");
});

test("the pen is handed on only to a participant", () => {
  assert.equal(describeEffect("giveTurn", { pen: "ada", closed: false }, state("ada", null), texts), "only Ada");
  assert.equal(describeEffect("giveTurn", open, state("screen1", null), texts), "");
});

test("what deletes something asks first", () => {
  assert.equal(describeEffect("remove", open, state("ada", "ada"), texts), "remove?");
  assert.equal(describeEffect("remove", open, state("ada", null), texts), "");
  assert.equal(describeEffect("clearAll", open, state("ada", EVERYBODY), texts), "clear?");
  assert.equal(describeEffect("clearAll", open, state("ada", null), texts), "cleared");
});

test("close says whether participants may come in now", () => {
  assert.equal(describeEffect("close", { pen: "all", closed: true }, state("screen1", null), texts), "closed");
  assert.equal(describeEffect("close", open, state("screen1", null), texts), "open");
});

test("what can be seen anyway is not described", () => {
  assert.equal(describeEffect("next", open, state("screen1", null), texts), "");
});

test("a locked pen, a lent pen and a closed room are signs that stay", () => {
  assert.equal(describeRoom(open, "Ada", texts), "");
  assert.equal(describeRoom({ pen: "nobody", closed: false }, "Ada", texts), "locked");
  assert.equal(describeRoom({ pen: "ada", closed: true }, "Ada", texts), "only Ada · closed");
});
