// What can be done with an open prediction of the history: draw on, download, share.

import { createButton, createElement, setText } from "../shared/dom.js";
import { SharePanel } from "./share_panel.js";

/** @import { DialogExtension } from "../shared/prediction_dialog.js" */
/** @import { ShownPrediction } from "../shared/facts.js" */
/** @import { RedrawEvent, Stroke, Texts } from "../shared/types.d.ts" */

/** @implements {DialogExtension} */
export class RecordTools {
  /** @param {() => void} onRedraw the drawing is on the pad */
  constructor(onRedraw) {
    this.onRedraw = onRedraw;
    /** @type {string | null} */
    this.id = null;
    /** @type {Stroke[]} */
    this.strokes = [];
    this.redrawButton = createButton("button", "", () => this.redraw());
    this.pngLink = createElement("a", "button");
    this.gifLink = createElement("a", "button");
    this.share = new SharePanel();
    const row = createElement("div", "tools", this.redrawButton, this.pngLink, this.gifLink, this.share.button);
    this.tools = createElement("div", "record-tools", row, this.share.root);
    /** @type {HTMLElement[]} */
    this.buttons = [];
    /** @type {HTMLElement[]} */
    this.sections = [];
  }

  /** @param {Texts} texts */
  setTexts(texts) {
    setText(this.redrawButton, texts.redraw);
    this.redrawButton.title = texts.redraw_more;
    setText(this.pngLink, texts.download_png);
    setText(this.gifLink, texts.download_gif);
    this.gifLink.title = texts.download_gif_more;
    this.share.setTexts(texts);
  }

  /** @param {ShownPrediction | null} item */
  show(item) {
    this.tools.hidden = !item;
  }

  /** @param {string | null} id */
  load(id) {
    this.id = id;
    this.share.load(id);
    this.setStrokes([]);
    if (!id) return;
    // Without a date: the file of a drawing that has changed has the same name.
    const name = `inkling-${id.slice(0, 8)}`;
    Object.assign(this.pngLink, { href: `api/history/${id}/drawing.png`, download: `${name}.png` });
    Object.assign(this.gifLink, { href: `api/history/${id}/drawing.gif`, download: `${name}.gif` });
  }

  /** @param {Stroke[]} strokes */
  drawn(strokes) {
    this.setStrokes(strokes);
  }

  /** @param {Stroke[]} strokes none for an image, which can be downloaded only as it is */
  setStrokes(strokes) {
    this.strokes = strokes;
    this.redrawButton.hidden = this.gifLink.hidden = strokes.length === 0;
  }

  redraw() {
    /** @type {RedrawEvent} */
    const detail = { strokes: this.strokes };
    this.onRedraw();
    document.dispatchEvent(new CustomEvent("inkling:redraw", { detail }));
  }
}
