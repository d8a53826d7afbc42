// The page /present: opens a room and presents in it, or shows a past session (?show=…).

import { defineComponent } from "../shared/component.js";
import { isTyping } from "../shared/dom.js";
import { ConsolePage } from "./console.js";
import { actionForKey, isForInside, pressesButton } from "./keyboard.js";
import { Layout } from "./layout.js";
import { Presenter } from "./presenter.js";
import { openRoom } from "./presenter_room.js";
import { findScene } from "./scenes.js";
import { SessionPage } from "./session_page.js";

/** @import { Texts } from "../shared/types.d.ts" */

/**
 * @typedef {object} PresentData from components/present/panel.py
 * @property {Texts} texts
 * @property {Texts} insideTexts of the scene "inside"
 * @property {string} language
 * @property {string} sheet URL of an image of twenty handwritten digits
 * @property {string} publicUrl where phones reach this server, "" if unknown
 * @property {string | null} show name of a past session
 * @property {[keys: string, action: import("./keyboard.js").Action][]} shortcuts
 */

const RETRY_AFTER = 1000; // ms

class PresentPage {
  /** @param {Node} root */
  constructor(root) {
    /** @type {Presenter | null} null until a room is open */
    this.presenter = null;
    this.layout = new Layout(root, {
      onAction: (action) => this.presenter?.act(action),
      onChoose: (id) => this.presenter?.choose(id),
      canDraw: () => this.presenter?.canDraw ?? false,
      onPoints: (view, update) => this.presenter?.draw(view, update),
      onRefused: (view) => this.presenter?.explainRefusal(view),
      onPalm: (view) => this.presenter?.undoStroke(view),
    });
    this.stop = new AbortController();
    const options = { capture: true, signal: this.stop.signal };
    window.addEventListener("keydown", (event) => this.handleKey(event), options);
    window.addEventListener("pointermove", (event) => this.layout.toolbar.handlePointer(event), options);
    window.addEventListener("pointerdown", (event) => this.layout.toolbar.handlePointer(event), options);
    document.addEventListener("visibilitychange", keepScreenOn, options);
    keepScreenOn();
    this.open();
  }

  /** Open the tab's room or a new one, and present in it. */
  async open() {
    const room = await this.openRoom();
    if (room) this.presenter = new Presenter(this.layout, room, () => this.reopen());
  }

  /** Return a room as soon as the server answers; null if the page was removed before that. */
  async openRoom() {
    while (!this.stop.signal.aborted) {
      try {
        const room = await openRoom();
        room.scene ??= sceneOfUrl();
        return this.stop.signal.aborted ? null : room;
      } catch {
        await new Promise((resolve) => setTimeout(resolve, RETRY_AFTER));
      }
    }
    return null;
  }

  /** Present in a new room: this one is over. */
  reopen() {
    this.presenter?.destroy();
    this.presenter = null;
    this.open();
  }

  /** @param {PresentData} data */
  update(data) {
    if (data.language === this.layout.language) return;
    this.layout.setTexts(data);
    this.presenter?.updateTexts();
  }

  /** @param {KeyboardEvent} event */
  handleKey(event) {
    if (!this.presenter || isTyping(event) || pressesButton(event) || isForInside(event)) return;
    const action = actionForKey(event);
    if (!action || (this.layout.help.open && action !== "help")) return;
    event.preventDefault();
    event.stopPropagation();
    this.presenter.act(action, event.key);
  }

  destroy() {
    this.stop.abort();
    this.presenter?.destroy();
    this.layout.destroy();
  }
}

/** The scene that a link to this page asks for: /present?scene=tour1. */
function sceneOfUrl() {
  return findScene(new URLSearchParams(window.location.search).get("scene") ?? undefined);
}

/** Prevent the screen saver during a talk. Browsers allow it over HTTPS and for pages of the same machine only. */
async function keepScreenOn() {
  if (document.hidden) return; // the browser releases the lock of a hidden page
  try {
    await navigator.wakeLock?.request("screen");
  } catch {
    // not allowed
  }
}

export default defineComponent(
  (/** @type {import("../shared/component.js").ComponentArguments<PresentData>} */ args) => {
    const { parentElement, data } = args;
    if (data[0].show) return new SessionPage(parentElement);
    const isConsole = new URLSearchParams(window.location.search).has("console");
    return isConsole ? new ConsolePage(parentElement) : new PresentPage(parentElement);
  },
);
