import assert from "node:assert/strict";
import { test } from "node:test";

import { codeFromInput, codeFromUrl, pageLanguage } from "../../components/join/room_code.js";

test("the URL's code is taken without spaces and signs, in upper case", () => {
  assert.equal(codeFromUrl("?room=ab12"), "AB12");
  assert.equal(codeFromUrl("?lang=en&room=ab%2012-x"), "AB12X");
  assert.equal(codeFromUrl("?lang=en"), "");
  assert.equal(codeFromUrl("?room=<script>"), "SCRIPT");
});

test("a typed code may have spaces and lower case", () => {
  assert.equal(codeFromInput(" ab 12 "), "AB12");
  assert.equal(codeFromInput("  "), "");
});

test("the URL's language goes before the browser's", () => {
  assert.equal(pageLanguage("?lang=zh", "en-GB"), "zh");
  assert.equal(pageLanguage("?lang=en", "zh-CN"), "en");
  assert.equal(pageLanguage("", "zh-CN"), "zh");
  assert.equal(pageLanguage("", "fr"), "en");
});
