// Tables as CSV (RFC 4180).

/**
 * Return rows as CSV. A cell that a spreadsheet would execute as a formula begins with an apostrophe.
 * @param {string[][]} rows
 */
export function formatCsv(rows) {
  return rows.map((row) => `${row.map(formatCell).join(",")}\r\n`).join("");
}

/** @param {string} text */
function formatCell(text) {
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
