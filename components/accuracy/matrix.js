// The confusion matrix: a table whose numbers are links to their readings.

import { fillIn } from "../shared/dom.js";

const SIGNS = ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "?"];

function heading(scope, text) {
  const cell = document.createElement("th");
  cell.scope = scope;
  cell.textContent = text;
  return cell;
}

function row(truth, counts, texts) {
  const line = document.createElement("tr");
  line.append(heading("row", truth));
  const most = Math.max(1, ...SIGNS.map((read) => (read === truth ? 0 : (counts.get(truth + read) ?? 0))));
  for (const read of SIGNS) {
    const cell = line.insertCell();
    const count = counts.get(truth + read) ?? 0;
    if (read === truth) cell.className = "right";
    if (!count) continue;
    const link = document.createElement("a");
    link.href = address(truth, read);
    link.textContent = String(count);
    link.setAttribute("aria-label", fillIn(texts.cell, { true: truth, read, count }));
    if (read !== truth) link.style.setProperty("--share", `${Math.round((100 * count) / most)}%`);
    cell.append(link);
  }
  return line;
}

function address(truth, read) {
  const query = new URLSearchParams();
  const language = new URLSearchParams(window.location.search).get("lang");
  if (language) query.set("lang", language);
  query.set("confused", `${truth}>${read}`);
  return `review?${query}`;
}

export default function ({ data: [data], parentElement }) {
  const { texts, cells } = data;
  const counts = new Map(cells.map((cell) => [cell.true + cell.read, cell.count]));
  const table = document.createElement("table");
  table.setAttribute("aria-label", texts.confusion);
  const head = table.createTHead().insertRow();
  head.append(heading("col", texts.confusion_corner), ...SIGNS.map((sign) => heading("col", sign)));
  table.createTBody().append(...SIGNS.map((truth) => row(truth, counts, texts)));
  const scroller = document.createElement("div");
  scroller.className = "scroller";
  scroller.tabIndex = 0;
  scroller.setAttribute("role", "region");
  scroller.setAttribute("aria-label", texts.confusion);
  scroller.append(table);
  parentElement.querySelector(".scroller")?.remove();
  parentElement.append(scroller);
}
