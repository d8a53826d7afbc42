// Links that download the predictions that match the filters.

import { createElement, setText } from "../shared/dom.js";
import { exportUrl } from "./api_client.js";

/** @import { Texts } from "../shared/types.d.ts" */

/** @type {import("./api_client.js").ExportFormat[]} */
const FORMATS = ["csv", "npz", "zip"];

export class ExportLinks {
  constructor() {
    this.summary = createElement("summary");
    this.links = FORMATS.map((format) => {
      const link = createElement("a", "button");
      link.download = "";
      return { format, link };
    });
    this.root = createElement("details", "export", this.summary, ...this.links.map(({ link }) => link));
  }

  /** @param {Texts} texts */
  setTexts(texts) {
    setText(this.summary, texts.export);
    for (const { format, link } of this.links) setText(link, texts[`export_${format}`]);
  }

  /** @param {string} filters from UrlState.filterQuery */
  setFilters(filters) {
    for (const { format, link } of this.links) link.href = exportUrl(format, filters);
  }
}
