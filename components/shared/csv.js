// Tables as CSV (RFC 4180).

// Spreadsheets run a cell that begins so as a formula (https://owasp.org/www-community/attacks/CSV_Injection), some
// also with these characters in full width or after spaces and quotes.
const FORMULA = /^[\t\r\n]|^[\s"']*[=+\-@|%＝＋－＠]/u;

const BYTE_ORDER_MARK = "\ufeff"; // without it, Excel does not read the file as UTF-8

/**
 * Return rows as CSV. A cell that a spreadsheet would execute as a formula begins with an apostrophe.
 * @param {string[][]} rows
 */
export function formatCsv(rows) {
  return BYTE_ORDER_MARK + rows.map((row) => `${row.map(formatCell).join(",")}\r\n`).join("");
}

/** @param {string} text */
function formatCell(text) {
  const safe = FORMULA.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
