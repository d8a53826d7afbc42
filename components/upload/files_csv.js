// The list of files as CSV for a spreadsheet.

import { formatCsv } from "../shared/csv.js";

/** @import { UploadItem } from "./upload_queue.js" */

const COLUMNS = ["file", "page", "prediction", "confidence", "error", "id"];

/**
 * Return the files and their predictions as CSV: a line for each page that is not blank, or for each file without one.
 * @param {readonly Pick<UploadItem, "source" | "answer" | "error">[]} items
 * @param {Record<string, string>} errors sentence by code
 */
export function filesToCsv(items, errors) {
  return formatCsv([COLUMNS, ...items.flatMap((item) => rowsOf(item, errors))]);
}

/**
 * @param {Pick<UploadItem, "source" | "answer" | "error">} item
 * @param {Record<string, string>} errors
 * @returns {string[][]}
 */
function rowsOf({ source, answer, error }, errors) {
  const sentence = error ? (errors[error] ?? errors.unexpected ?? error) : "";
  if (!answer) return [[source.name, "", "", "", sentence, ""]];
  const pages = answer.pages.map((page, index) => ({ ...page, number: String(index + 1) }));
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
