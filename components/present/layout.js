// The elements of the big screen; the presenter decides what they show.

import { InsideView } from "../look_inside/inside_view.js";
import { createElement, setText } from "../shared/dom.js";
import { HelpDialog } from "../shared/help_dialog.js";
import { DrawingView } from "./drawing_view.js";
import { EndScene } from "./end_scene.js";
import { Invitation } from "./invitation.js";
import { ParticipantGrid } from "./participant_grid.js";
import { Podium } from "./podium.js";
import { isTour, looksInside } from "./scenes.js";
import { StatusLine } from "./status_line.js";
import { createActionList, Toolbar } from "./toolbar.js";

/** @import { Texts } from "../shared/types.d.ts" */
/** @import { AddedPoints } from "../shared/room_types.d.ts" */
/** @import { Action } from "./keyboard.js" */
/** @import { PresentData } from "./present.js" */
/** @import { Scene } from "./scenes.js" */

/** @typedef {{ drawing: string, accent: string }} Theme colors of what is painted on canvases */

/** @type {Theme} */
const DARK = { drawing: "#fff", accent: "#93a5ff" };
/** @type {Theme} */
const LIGHT = { drawing: "#1a1d29", accent: "#2f45c5" };

const SAMPLE_DIGITS = 20; // on the sheet: two rows of ten
const SAMPLE_COLUMNS = 10;

/**
 * @typedef {object} LayoutCallbacks
 * @property {(action: Action) => void} onAction a button was pressed
 * @property {(id: string) => void} onChoose a participant's tile was chosen
 * @property {() => boolean} canDraw on one of the presenter's pads
 * @property {(view: DrawingView, update: AddedPoints) => void} onPoints the presenter draws
 * @property {(view: DrawingView) => void} onRefused the presenter tries to draw where it is not possible
 * @property {(view: DrawingView) => void} onPalm the presenter's hand has drawn the last stroke
 */

export class Layout {
  /**
   * @param {Node} root
   * @param {LayoutCallbacks} callbacks
   */
  constructor(root, { onAction, onChoose, canDraw, onPoints, onPalm, onRefused }) {
    /** @type {Texts} */
    this.texts = {};
    this.language = "";
    this.publicUrl = "";
    this.views = Array.from({ length: 2 }, () => {
      /** @type {DrawingView} */
      const view = new DrawingView({
        canDraw,
        onPoints: (update) => onPoints(view, update),
        onRefused: () => onRefused(view),
        onPalm: () => onPalm(view),
      });
      view.surface.setColor(DARK.drawing);
      return view;
    });
    this.grid = new ParticipantGrid(onChoose, DARK);
    this.invitation = new Invitation();
    this.podium = new Podium();
    this.end = new EndScene();
    this.inside = new InsideView();
    this.status = new StatusLine();
    this.roomState = createElement("p", "room-state");
    this.title = createElement("h2");
    this.text = createElement("p");
    this.caption = createElement("div", "caption", this.title, this.text);
    this.caption.setAttribute("aria-live", "polite");
    this.samples = createElement("div", "samples");
    const act = (/** @type {Action} */ action) => {
      this.help.close();
      onAction(action);
    };
    this.act = act;
    this.help = new HelpDialog();
    this.toolbar = new Toolbar(act, (visible) => this.node.toggleAttribute("data-awake", visible));
    const scene = createElement(
      "div",
      "scene",
      this.invitation.node,
      ...this.views.map((view) => view.node),
      this.grid.node,
      this.samples,
      this.podium.node,
      this.end.node,
      this.inside.node,
    );
    this.node = createElement(
      "section", // Streamlit's <main> is around it
      "stage",
      this.caption,
      this.roomState,
      scene,
      this.invitation.corner,
      this.status.node,
      this.toolbar.node,
      this.help.node,
      createElement("div", "blackness"),
    );
    root.appendChild(this.node);
  }

  /**
   * Show the page in another language.
   * @param {PresentData} data
   */
  setTexts({ texts, insideTexts, language, sheet, shortcuts, publicUrl }) {
    this.texts = texts;
    this.inside.setTexts(insideTexts);
    this.language = language;
    this.publicUrl = publicUrl;
    this.node.lang = language;
    this.samples.replaceChildren(...createSamples(sheet));
    this.toolbar.setTexts(texts, language);
    this.help.setContent(
      texts.help,
      texts.close_help,
      createActionList(shortcuts, texts, this.act),
      createElement("p", "", texts.help_digits),
    );
    for (const view of this.views) view.setTexts(texts);
  }

  /** @param {Scene} scene */
  showScene(scene) {
    this.node.dataset.scene = scene;
    this.node.toggleAttribute("data-tour", isTour(scene));
    this.node.toggleAttribute("data-inside", looksInside(scene));
    if (!looksInside(scene)) this.inside.hide();
    if (isTour(scene)) this.setCaption(this.texts[`${scene}_title`], this.texts[scene]);
    else this.setCaption(scene === "podium" ? this.texts.podium_title : "", "");
  }

  /**
   * @param {string} title
   * @param {string} text
   */
  setCaption(title, text) {
    setText(this.title, title);
    setText(this.text, text);
    this.caption.hidden = !title && !text;
  }

  /** @param {string} code the room's */
  showInvitation(code) {
    this.invitation.show(code, this.texts, this.publicUrl);
  }

  /** @param {string[]} names of the connected participants, "" for those who gave none */
  showParticipants(names) {
    this.invitation.showParticipants(names, this.texts);
    this.node.toggleAttribute("data-participants", names.length > 0);
  }

  /** @param {string} text what keeps participants from drawing or joining, "" for nothing */
  showRoomState(text) {
    setText(this.roomState, text);
  }

  /** @param {boolean} connected */
  showConnection(connected) {
    this.node.dataset.link = connected ? "up" : "down";
  }

  get isBlack() {
    return this.node.hasAttribute("data-black");
  }

  /** @param {boolean} shows whether the toolbar appears when the mouse moves */
  set showsToolbar(shows) {
    this.node.toggleAttribute("data-controlled", !shows);
  }

  /** @param {boolean} [black] toggled if omitted */
  toggleBlackScreen(black) {
    this.node.toggleAttribute("data-black", black);
  }

  toggleTheme() {
    const theme = this.node.toggleAttribute("data-light") ? LIGHT : DARK;
    this.grid.setTheme(theme);
    for (const view of this.views) view.surface.setColor(theme.drawing);
  }

  destroy() {
    this.grid.destroy();
    this.status.destroy();
    this.toolbar.destroy();
    for (const view of this.views) view.destroy();
  }
}

/** @param {string} sheet URL of an image of twenty handwritten digits */
function createSamples(sheet) {
  return Array.from({ length: SAMPLE_DIGITS }, (_, index) => {
    const column = index % SAMPLE_COLUMNS;
    const row = Math.floor(index / SAMPLE_COLUMNS);
    const tile = createElement("i");
    tile.style.backgroundImage = `url(${sheet})`;
    tile.style.backgroundPosition = `${(column / (SAMPLE_COLUMNS - 1)) * 100}% ${row * 100}%`;
    return tile;
  });
}
