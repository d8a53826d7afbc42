// What the review adds to an open prediction: a link to it, alternatives, and similar drawings.

import { Section } from "../shared/controls.js";
import { createButton, createElement, setText } from "../shared/dom.js";
import { formatPercent } from "../shared/format.js";
import { fetchSimilar, fetchVersions } from "./api_client.js";
import { rankTexts } from "./candidates.js";
import { SimilarDrawings } from "./similar.js";

/** @import { DialogExtension } from "../shared/prediction_dialog.js" */
/** @import { ShownPrediction } from "../shared/facts.js" */
/** @import { Texts } from "../shared/types.d.ts" */
/** @import { PredictionResponse } from "../shared/history_types.d.ts" */

const RETRY_PAUSE = 2000; // ms
const CANDIDATES_SHOWN = 4;
const SMALLEST_PROBABILITY = 0.0005; // candidates below it would be shown as 0%

/** @implements {DialogExtension} */
export class ReviewDetail {
  /**
   * @param {object} actions
   * @param {(id: string) => void} actions.onOpen
   * @param {(message: string) => void} actions.onNote
   * @param {(id: string) => string} actions.href the URL of a prediction
   */
  constructor({ onOpen, onNote, href }) {
    this.onNote = onNote;
    this.href = href;
    /** @type {Texts} */
    this.texts = {};
    /** @type {string | null} of the prediction that was opened last */
    this.id = null;
    this.copyButton = createButton("button", "", () => this.copyLink());
    this.candidateList = createElement("ol", "candidates");
    this.candidates = new Section(this.candidateList);
    this.versionList = createElement("ol", "candidates");
    this.versions = new Section(this.versionList);
    this.similar = new SimilarDrawings({ href, onOpen });
    this.buttons = [this.copyButton];
    /** @type {HTMLElement | null} */
    this.tools = null;
    this.sections = [this.candidates.root, this.versions.root, this.similar.section.root];
  }

  /** @param {Texts} texts */
  setTexts(texts) {
    this.texts = texts;
    this.similar.setTexts(texts);
    this.candidates.setHeading(texts.candidates);
    this.versions.setHeading(texts.versions);
    setText(this.copyButton, texts.copy);
  }

  /** @param {ShownPrediction | null} item */
  show(item) {
    if (item) this.showCandidates(item);
  }

  /**
   * Load the most similar drawings; load them again while the history is busy.
   * @param {string | null} id
   */
  async load(id) {
    this.id = id;
    if (id) this.similar.clear();
    this.versions.root.hidden = true;
    if (id) this.loadVersions(id);
    while (id) {
      const similar = await fetchSimilar(id);
      if (this.id !== id) return; // a different prediction was opened
      this.similar.show(similar?.items ?? null);
      if (similar) return;
      await new Promise((resolve) => setTimeout(resolve, RETRY_PAUSE));
      if (this.id !== id) return;
    }
  }

  /**
   * Show what other versions of the network predict, if there are any.
   * @param {string} id
   */
  async loadVersions(id) {
    const versions = await fetchVersions(id);
    if (this.id !== id || !versions?.items.length) return;
    const rows = versions.items.map(({ version, text, confidence }) => {
      const note = `${formatPercent(confidence)} · ${version}`;
      return createElement("li", "", createElement("b", "", text || "–"), createElement("span", "", note));
    });
    this.versionList.replaceChildren(...rows);
    this.versions.root.hidden = false;
  }

  drawn() {}

  /** @param {PredictionResponse} item */
  showCandidates(item) {
    const others = rankTexts(item.digits).filter(
      ({ text, probability }) => text !== "" && text !== item.text && probability >= SMALLEST_PROBABILITY,
    );
    this.candidates.root.hidden = others.length === 0;
    const rows = others
      .slice(0, CANDIDATES_SHOWN)
      .map(({ text, probability }) =>
        createElement("li", "", createElement("b", "", text), createElement("span", "", formatPercent(probability))),
      );
    this.candidateList.replaceChildren(...rows);
  }

  async copyLink() {
    if (!this.id) return;
    try {
      await navigator.clipboard.writeText(new URL(this.href(this.id), window.location.href).href);
      this.onNote(this.texts.copied);
    } catch {
      this.onNote(this.texts.copy_failed); // forbidden, or no secure context
    }
  }
}
