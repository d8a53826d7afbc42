// The scene "end": the session's poster, a link to share it, and a link to its hard examples.

import { createElement, fillIn, setText } from "../shared/dom.js";
import { qrSource } from "./invitation.js";
import { Poster } from "./poster.js";

/** @import { Texts } from "../shared/types.d.ts" */
/** @import { PresenterRoom } from "./presenter_room.js" */

const STORED_AFTER = 1600; // ms until the server has stored what was drawn last: api/rooms/workers.py

export class EndScene {
  constructor() {
    this.poster = new Poster();
    this.qr = createElement("img", "qr");
    this.link = createElement("a", "address");
    this.hardExamples = createElement("a", "address hard");
    const links = createElement("div", "", this.link, this.hardExamples, this.poster.download, this.poster.table);
    this.node = createElement("section", "ending", this.poster.canvas, createElement("div", "links", this.qr, links));
  }

  /**
   * @param {PresenterRoom} room
   * @param {number} fooled drawings that fooled the model
   * @param {Texts} texts
   * @param {string} language
   */
  async show({ code, session }, fooled, texts, language) {
    const address = new URL(`present?show=${session}`, window.location.href).href;
    this.link.href = address;
    setText(this.link, texts.link);
    this.qr.src = qrSource(code, address);
    this.qr.alt = fillIn(texts.qr, { address });
    this.hardExamples.hidden = fooled === 0;
    setText(this.hardExamples, fillIn(texts.hard, { count: fooled }));
    await new Promise((resolve) => setTimeout(resolve, STORED_AFTER));
    const began = await this.poster.show(session, texts, language);
    if (began) this.hardExamples.href = `review?wrong=true&since=${encodeURIComponent(began)}`;
  }
}
