import assert from "node:assert/strict";
import { test } from "node:test";

import { drawingTable } from "../../components/present/poster.js";
import { formatCsv } from "../../components/shared/csv.js";

test("cells with separators are quoted", () => {
  assert.equal(
    formatCsv([
      ["a", 'say "7"', "1,5"],
      ["two\nlines", "", "0.5"],
    ]),
    '\ufeffa,"say ""7""","1,5"\r\n"two\nlines",,0.5\r\n',
  );
});

for (const formula of ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1"]) {
  test(`the spreadsheet does not execute ${JSON.stringify(formula)}`, () => {
    assert.equal(formatCsv([[formula]]), `\ufeff'${formula}\r\n`);
  });
}

test("a session's table has a row for each drawing", () => {
  const drawing = {
    id: "1",
    created: "2026-11-30T10:00:00Z",
    name: "=Ada",
    team: 1,
    text: "7",
    label: null,
    confidence: 0.98765,
  };
  assert.deepEqual(drawingTable([/** @type {any} */ ({ ...drawing, verdict: "digit", strokes: [] })]).split("\r\n"), [
    "\ufeffcreated,name,team,prediction,label,confidence,id",
    "2026-11-30T10:00:00Z,'=Ada,2,7,,0.988,1",
    "",
  ]);
});
