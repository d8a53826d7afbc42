import assert from "node:assert/strict";
import { test } from "node:test";

import { filesToCsv } from "../../components/upload/files_csv.js";

const ERRORS = { truncated_image: "This image is damaged, or cut off.", unexpected: "Something went wrong." };

const page = (id, text, confidence = 0.5) => ({ id, text, confidence, digits: text ? [{}] : [] });

const file = (name, pages, error = null) => ({ source: { name }, answer: pages && { pages }, error });

/** Return the lines after the byte order mark and the header. */
const lines = (...items) => filesToCsv(items, ERRORS).slice(1).split("\r\n").slice(1, -1);

test("it begins with a byte order mark and the names of the columns", () => {
  assert.equal(filesToCsv([], ERRORS), "\ufefffile,page,prediction,confidence,error,id\r\n");
});

test("each page that is not blank has a line, and each file has one", () => {
  const scan = file("scan.pdf", [page(null, ""), page("b", "3", 0.98765), page("c", "407")]);
  assert.deepEqual(lines(scan, file("blank.png", [page("d", "")]), file("cut.png", null, "truncated_image")), [
    "scan.pdf,2,3,0.9877,,b",
    "scan.pdf,3,407,0.5000,,c",
    "blank.png,1,,,,d",
    'cut.png,,,,"This image is damaged, or cut off.",',
  ]);
});

test("an error that has no sentence of its own has a general one", () => {
  assert.deepEqual(lines(file("a", null, "strange")), ["a,,,,Something went wrong.,"]);
});

test("quotes, commas and line feeds are quoted", () => {
  assert.deepEqual(lines(file('a "b", c.png', [page("d", "1\n2")])), ['"a ""b"", c.png",1,"1\n2",0.5000,,d']);
});

for (const name of ["=1+1", "+1", "-1+1", "@SUM(A1)", "\t=1", "  =1", '"=1', "＝1", "|cmd", "\r=1"]) {
  test(`${JSON.stringify(name)} is no formula`, () => {
    const [line] = lines(file(name, [page("d", "1")]));
    assert.match(line, /^"?'/);
  });
}
