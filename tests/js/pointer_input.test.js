import assert from "node:assert/strict";
import { test } from "node:test";

import { ContactFilter, contactRadius, PALM_RADIUS } from "../../components/shared/pointer_input.js";

test("a finger draws and a palm does not", () => {
  const contacts = new ContactFilter();
  assert.equal(contacts.accepts("touch", 8), true);
  assert.equal(contacts.accepts("touch", PALM_RADIUS), true);
  assert.equal(contacts.accepts("touch", PALM_RADIUS + 1), false);
});

test("fingers no longer draw once a pen was used", () => {
  const contacts = new ContactFilter();
  assert.equal(contacts.accepts("pen", 1), true);
  assert.equal(contacts.accepts("touch", 8), false);
  assert.equal(contacts.accepts("pen", 1), true);
});

test("the mouse draws next to a pen", () => {
  const contacts = new ContactFilter();
  contacts.accepts("pen", 1);
  assert.equal(contacts.accepts("mouse", 0.5), true);
});

test("a touch is the hand once a pen is there or it has grown, a pen and the mouse are not", () => {
  const contacts = new ContactFilter();
  assert.equal(contacts.isPalm("touch", PALM_RADIUS), false);
  assert.equal(contacts.isPalm("touch", PALM_RADIUS + 1), true);
  contacts.accepts("pen", 1);
  assert.equal(contacts.isPalm("touch", 8), true);
  assert.equal(contacts.isPalm("pen", 50), false);
  assert.equal(contacts.isPalm("mouse", 50), false);
});

test("a contact's radius is half of its larger side", () => {
  assert.equal(contactRadius({ width: 20, height: 90 }), 45);
});
