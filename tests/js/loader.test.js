import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, test } from "node:test";
import { pathToFileURL } from "node:url";

import { importWithRetry } from "../../components/shared/loader.js";

const originalTimeout = globalThis.setTimeout;
let folder;
let links;
let pauses;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "assets-"));
  links = [];
  pauses = [];
  globalThis.window = { location: { href: pathToFileURL(join(folder, "page")).href } };
  globalThis.document = { createElement: () => ({}), head: { append: (link) => links.push(link) } };
  globalThis.setTimeout = (callback, pause) => {
    pauses.push(pause);
    return originalTimeout(callback, 0);
  };
});

afterEach(() => {
  globalThis.setTimeout = originalTimeout;
  rmSync(folder, { recursive: true });
});

/** Put modules where the given attempt looks for them. */
function serve(attempt, modules) {
  const base = join(folder, "assets", `v1-${attempt}`, "pad");
  mkdirSync(base, { recursive: true });
  for (const [name, text] of Object.entries(modules)) writeFileSync(join(base, name), text);
}

const MODULES = {
  "pad.mjs": 'export { name as default } from "./name.mjs";',
  "name.mjs": 'export const name = "pad";',
};

test("a module and what it needs are preloaded and imported", async () => {
  serve(0, MODULES);
  const module = await importWithRetry("v1", "pad/pad.mjs", ["pad/pad.mjs", "pad/name.mjs"]);
  assert.equal(module.default, "pad");
  assert.deepEqual(
    links.map(({ rel, href }) => [rel, href.split("/assets/")[1]]),
    [
      ["modulepreload", "v1-0/pad/pad.mjs"],
      ["modulepreload", "v1-0/pad/name.mjs"],
    ],
  );
});

test("a nested import that fails is fetched again under another URL", async () => {
  serve(0, { "pad.mjs": MODULES["pad.mjs"] });
  serve(2, MODULES);
  const module = await importWithRetry("v1", "pad/pad.mjs", []);
  assert.equal(module.default, "pad");
  assert.deepEqual(pauses, [250, 500]);
});

test("after six attempts the error is thrown", async () => {
  await assert.rejects(importWithRetry("v1", "pad/pad.mjs", []));
  assert.deepEqual(pauses, [250, 500, 1000, 2000, 4000]);
});
