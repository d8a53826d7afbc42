// The list of files as CSV for a spreadsheet.

/** @import { UploadItem } from "./upload_queue.js" */

const COLUMNS = ["file", "page", "prediction", "confidence", "error", "id"];
// Spreadsheets run a cell that begins so as a formula (https://owasp.org/www-community/attacks/CSV_Injection), some
// also with these characters in full width or after spaces.
const FORMULA = /^[\s"']*[=+\-@|%＝＋－＠]/u;
const CONTROL = /^[\t\r\n]/;
const BYTE_ORDER_MARK = "\ufeff"; // without it, Excel does not read the file as UTF-8

/**
 * Return the files and their predictions as CSV (RFC 4180): a line for each page that is not blank, or for each file
 * without one.
 * @param {readonly Pick<UploadItem, "source" | "state" | "answer" | "error">[]} items
 * @param {Record<string, string>} errors sentence by code
 */
export function filesToCsv(items, errors) {
  const rows = items.flatMap((item) => rowsOf(item, errors));
  return BYTE_ORDER_MARK + [COLUMNS, ...rows].map((row) => `${row.map(cell).join(",")}\r\n`).join("");
}

/**
 * @param {Pick<UploadItem, "source" | "state" | "answer" | "error">} item
 * @param {Record<string, string>} errors
 * @returns {(string | number)[][]}
 */
function rowsOf({ source, answer, error }, errors) {
  const sentence = error ? (errors[error] ?? errors.unexpected ?? error) : "";
  if (!answer) return [[source.name, "", "", "", sentence, ""]];
  const pages = answer.pages.map((page, index) => ({ ...page, number: index + 1 }));
  const written = pages.filter(({ digits }) => digits.length > 0);
  return (written.length > 0 ? written : pages.slice(0, 1)).map(({ number, text, confidence, id, digits }) => [
    source.name,
    number,
    text,
    digits.length > 0 ? confidence.toFixed(4) : "",
    sentence,
    id ?? "",
  ]);
}

/** @param {string | number} value */
function cell(value) {
  const text = String(value);
  const safe = FORMULA.test(text) || CONTROL.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
