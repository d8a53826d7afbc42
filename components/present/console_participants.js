// The participants in the console: show, hand the pen, rename, remove.

import { createButton, createElement, fillIn, setText } from "../shared/dom.js";
import { DrawingSurface } from "../shared/drawing_surface.js";
import { describeCount } from "./invitation.js";

/** @import { Texts } from "../shared/types.d.ts" */
/** @import { ProjectedState, RelayedMessage } from "../shared/room_types.d.ts" */
/** @import { Member, PresenterRoom } from "./presenter_room.js" */

/**
 * @typedef {object} Row
 * @property {HTMLElement} node
 * @property {DrawingSurface} surface
 * @property {HTMLInputElement} name
 * @property {HTMLElement} text the prediction
 * @property {HTMLButtonElement} choose
 * @property {HTMLButtonElement} pen
 */

export class ConsoleParticipants {
  /**
   * @param {(message: RelayedMessage) => void} onCommand for the projected screen
   * @param {(id: string, name: string) => void} onRename
   */
  constructor(onCommand, onRename) {
    this.onCommand = onCommand;
    this.onRename = onRename;
    /** @type {Texts} */
    this.texts = {};
    /** @type {Map<string, Row>} by member */
    this.rows = new Map();
    this.heading = createElement("h2");
    this.list = createElement("ul");
    this.node = createElement("div", "", this.heading, this.list);
    this.pen = "all";
  }

  /** @param {Texts} texts */
  setTexts(texts) {
    this.texts = texts;
    for (const id of [...this.rows.keys()]) this.remove(id); // created again in these texts
  }

  /**
   * @param {PresenterRoom} room
   * @param {ProjectedState | null} state
   */
  show(room, state) {
    const { texts } = this;
    this.pen = state?.pen ?? "all";
    setText(this.heading, describeCount(room.presentParticipants.length, texts));
    const present = new Set(room.participants.map(({ id }) => id));
    for (const id of [...this.rows.keys()]) if (!present.has(id)) this.remove(id);
    for (const member of room.participants) this.showMember(member, state);
  }

  /**
   * @param {Member} member
   * @param {ProjectedState | null} state
   */
  showMember(member, state) {
    const row = this.rows.get(member.id) ?? this.add(member.id);
    const { texts } = this;
    const hasPen = state?.pen === member.id;
    if (!row.name.matches(":focus")) row.name.value = member.name;
    row.surface.setColor(getComputedStyle(row.node).color); // a canvas does not follow the theme by itself
    row.surface.setStrokes(member.strokes);
    row.surface.paint();
    setText(row.text, member.prediction?.text ?? "");
    row.node.toggleAttribute("data-away", member.away);
    row.choose.setAttribute("aria-pressed", String(state?.focus === member.id));
    row.pen.setAttribute("aria-pressed", String(hasPen));
    row.pen.disabled = member.away && !hasPen;
    row.node.setAttribute("aria-label", member.name || texts.participant);
  }

  /** @param {string} id */
  add(id) {
    const { texts } = this;
    const surface = new DrawingSurface();
    const name = createElement("input");
    Object.assign(name, { maxLength: 24, placeholder: texts.participant });
    name.setAttribute("aria-label", texts.console_name);
    name.addEventListener("change", () => this.onRename(id, name.value));
    const text = createElement("b");
    const choose = createButton("button", texts.console_choose, () => this.onCommand({ choose: id }));
    const pen = createButton("button", texts.console_pen, () => this.onCommand({ pen: this.pen === id ? "all" : id }));
    const remove = createButton("button", texts.console_remove, () => {
      const who = name.value || texts.participant;
      if (window.confirm(fillIn(texts.ask_remove, { name: who }))) this.onCommand({ remove: id });
    });
    const tools = createElement("div", "tools", choose, pen, remove);
    const node = createElement("li", "", surface.canvas, createElement("div", "who", name, text), tools);
    const row = { node, surface, name, text, choose, pen };
    this.rows.set(id, row);
    this.list.append(node);
    return row;
  }

  /** @param {string} id */
  remove(id) {
    const row = this.rows.get(id);
    row?.surface.destroy();
    row?.node.remove();
    this.rows.delete(id);
  }

  destroy() {
    for (const id of [...this.rows.keys()]) this.remove(id);
  }
}
