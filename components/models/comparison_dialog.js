// A model compared with the one that was served when it was trained, in a dialog that the URL names (?compare=).

import { createButton, createElement, fillIn, setText } from "../shared/dom.js";
import { createModal, openModal } from "../shared/modal.js";
import { fetchJson } from "../shared/prediction_client.js";
import { createDrawings } from "./comparison_drawings.js";
import { createAccuracyTable, createConfusions, createSpeedTable } from "./comparison_tables.js";

/** @import { Texts } from "../shared/types.d.ts" */
/** @import { ComparisonResponse, ModelComparisonResponse } from "./models_types.d.ts" */

const PARAMETER = "compare";

export class ComparisonDialog {
  /**
   * @param {AbortSignal} signal
   * @param {(version: string) => void} onClose
   */
  constructor(signal, onClose) {
    this.signal = signal;
    /** @type {Texts} */
    this.texts = {};
    this.language = "";
    this.version = ""; // that is shown, "" while the dialog is closed
    this.heading = createElement("h2");
    this.closeButton = createButton("button close", "×", () => this.root.close());
    this.content = createElement("div", "content");
    const header = createElement("header", "", this.heading, this.closeButton);
    this.root = createModal("comparison", header, this.content);
    this.root.addEventListener("close", () => {
      const { version } = this;
      this.version = "";
      writeUrl("");
      onClose(version);
    });
  }

  /** Open the comparison that the URL names, if it names one. */
  openFromUrl() {
    const version = new URLSearchParams(window.location.search).get(PARAMETER);
    if (version && !this.version) this.open(version);
  }

  /**
   * @param {Texts} texts
   * @param {string} language
   */
  setTexts(texts, language) {
    Object.assign(this, { texts, language });
    this.closeButton.setAttribute("aria-label", texts.close);
    this.closeButton.title = texts.close;
  }

  /** @param {string} version */
  open(version) {
    this.version = version;
    writeUrl(version);
    setText(this.heading, version);
    this.root.setAttribute("aria-label", version);
    openModal(this.root);
    return this.load(version);
  }

  /** @param {string} version */
  async load(version) {
    const { texts } = this;
    this.showNote(texts.comparison_loading);
    const path = `models/${encodeURIComponent(version)}/comparison`;
    const response = /** @type {ModelComparisonResponse | null} */ (await fetchJson(path, this.signal));
    if (this.signal.aborted || this.version !== version) return;
    if (!response) {
      this.showNote(
        texts.comparison_failed,
        createButton("button", texts.again, () => this.load(version)),
      );
    } else if (!response.comparison) {
      this.showNote(texts.comparison_none);
    } else {
      this.show(response.comparison);
    }
  }

  /**
   * @param {string} sentence
   * @param {...HTMLElement} buttons
   */
  showNote(sentence, ...buttons) {
    const note = createElement("p", "note", sentence);
    note.setAttribute("role", "status");
    this.content.replaceChildren(note, ...buttons);
  }

  /** @param {ComparisonResponse} comparison */
  show(comparison) {
    const { language, texts } = this;
    const { candidate, confusions, served, sets } = comparison;
    const title = fillIn(texts.comparison, { candidate: candidate.version, served: served.version });
    setText(this.heading, title);
    this.root.setAttribute("aria-label", title);
    const tables = /** @type {const} */ ([
      [texts.on_corrections, confusions.corrections],
      [texts.on_standard, confusions.standard],
    ]);
    const measured = tables.filter(([, cells]) => cells.length);
    const matrices = measured.map(([title, cells]) => createConfusions(title, cells, texts));
    this.content.replaceChildren(
      createSection(texts.accuracies, createAccuracyTable(sets, texts)),
      createSection(texts.drawings, createDrawings(comparison, texts, language)),
      createSection(
        texts.confusions,
        createElement("p", "note", texts.confusions_more),
        createElement("div", "matrices", ...matrices),
      ),
      createSection(texts.speed, createSpeedTable(served, candidate, texts)),
    );
  }
}

/**
 * @param {string} title
 * @param {...HTMLElement} content
 */
const createSection = (title, ...content) => createElement("section", "", createElement("h3", "", title), ...content);

/** @param {string} version "" for none */
function writeUrl(version) {
  const query = new URLSearchParams(window.location.search);
  if (version) query.set(PARAMETER, version);
  else query.delete(PARAMETER);
  const { history, location } = window;
  history.replaceState(history.state, "", `${location.pathname}${query.size ? `?${query}` : ""}`);
}
