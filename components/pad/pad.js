// The tools of the pad, and what its canvas needs to fit in: look, size, hint, keys.

import { defineComponent } from "../shared/component.js";
import { setHidden } from "../shared/dom.js";
import { Ink } from "./ink.js";

const PAPER = ".st-key-paper";
const CANVAS_LOOK = new CSSStyleSheet();
CANVAS_LOOK.replaceSync(`
  .dc-root { width: 100%; }
  .dc-toolbar { display: none !important; }
  .dc-scroll { overflow: hidden; border-radius: 1rem; }
  .dc-container { width: 100% !important; height: auto !important; aspect-ratio: var(--pad-shape); }
  .dc-container canvas, .dc-container .canvas-container {
    width: 100% !important; height: 100% !important; outline: none;
  }
  .dc-container .upper-canvas { cursor: crosshair; touch-action: none; -webkit-touch-callout: none; }
  .dc-root { background: var(--st-secondary-background-color); border-radius: 1rem;
    box-shadow: inset 0 0 0 1.5px var(--st-border-color); }
  .dc-root[data-dark] canvas { filter: invert(1) hue-rotate(180deg); }
  .hint { position: absolute; inset: 0; z-index: 5; display: grid; place-content: center; gap: .25rem;
    text-align: center; pointer-events: none; color: var(--st-text-color); opacity: .5;
    font: 500 1.25rem/1.3 var(--st-font); }
  .hint small { font-size: .9375rem; font-weight: 400; }
  .hint[hidden] { display: none; }
`);

const SETTLING = 2000; // ms in which a canvas of another density than the screen's is replaced
const UNTOLD = 1000; // ms after a stroke in which the server may not know of it yet
const WIDTHS = { fine: 5, medium: 9, broad: 14 };

class Pad {
  constructor(root, tell) {
    this.root = root;
    this.stop = new AbortController();
    this.ink = new Ink(
      (event) => this.canvasAt(event),
      (phase) => this.inkChanged(phase),
    );
    this.build();
    this.onTool = tell;
    this.waiting = setInterval(() => this.adopt(), 50);
    const options = { capture: true, signal: this.stop.signal };
    window.addEventListener("keydown", (event) => this.key(event), options);
    const scheme = matchMedia("(prefers-color-scheme: dark)");
    scheme.addEventListener("change", () => setTimeout(() => this.matchTheme(), 200), options);
    window.addEventListener("pointerover", () => this.matchTheme(), options);
  }

  build() {
    const bar = document.createElement("div");
    bar.className = "tools";
    this.undoButton = this.button("undo", "M9 14 4 9l5-5M4 9h10a6 6 0 0 1 0 12h-2", () => this.undo());
    this.clearButton = this.button("clear", "M4 7h16M9 7V4h6v3M6 7l1 13h10l1-13", () => this.clear());
    this.widths = document.createElement("div");
    this.widths.className = "widths";
    this.widths.setAttribute("role", "radiogroup");
    for (const [name, size] of Object.entries(WIDTHS)) this.widths.append(this.widthChoice(name, size));
    bar.append(this.widths, this.undoButton, this.clearButton);
    this.root.append(bar);
  }

  button(name, path, action) {
    const button = document.createElement("button");
    button.className = "button";
    button.dataset.tool = name;
    button.innerHTML = `<svg viewBox="0 0 24 24" width="18" height="18" fill="none" stroke="currentColor" stroke-width="2"
       stroke-linecap="round" stroke-linejoin="round" aria-hidden="true"><path d="${path}"/></svg><span></span>`;
    button.addEventListener("click", action);
    return button;
  }

  widthChoice(name, size) {
    const label = document.createElement("label");
    const input = document.createElement("input");
    Object.assign(input, { type: "radio", name: "width", value: name });
    input.addEventListener("change", () => this.onTool("width", name));
    const dot = document.createElement("i");
    dot.style.width = dot.style.height = `${size}px`;
    label.append(input, dot);
    return label;
  }

  update({ texts, language, width, replaced, shape, density, densities }) {
    document.documentElement.lang = language;
    this.texts = texts;
    this.shape = shape;
    this.wanted = devicePixelRatio > 1 ? Math.max(...densities) : Math.min(...densities);
    for (const button of [this.undoButton, this.clearButton]) {
      const { tool } = button.dataset;
      button.lastElementChild.textContent = texts[tool];
      button.title = texts[`${tool}_key`];
      button.setAttribute("aria-keyshortcuts", tool === "undo" ? "U" : "C");
    }
    this.widths.setAttribute("aria-label", texts.width);
    for (const input of this.widths.querySelectorAll("input")) {
      input.checked = input.value === width;
      input.setAttribute("aria-label", texts[input.value]);
      input.parentElement.title = texts[input.value];
    }
    if (replaced && replaced !== this.replaced) this.empty("replaced");
    this.replaced = replaced ?? this.replaced;
    this.dress();
    this.inkChanged(null);
    if (density !== this.wanted && this.ink.all().length === 0) this.onTool("density", this.wanted);
  }

  canvasAt(event) {
    if (!this.canvas?.isConnected) this.adopt(); // a pen may be quicker than the next look
    const target = event.composedPath()[0];
    return target === this.canvas ? target : null;
  }

  // The canvas comes and goes with Streamlit's runs: find it, and make it ours.
  adopt() {
    if (this.canvas?.isConnected) {
      this.settle();
      return;
    }
    const hosts = document.querySelectorAll(`${PAPER} *`);
    const host = [...hosts].find((one) => one.shadowRoot?.querySelector(".dc-root"));
    this.shadow = host?.shadowRoot;
    this.canvas = this.shadow?.querySelector(".upper-canvas");
    if (!this.canvas) return;
    this.adoptedAt = performance.now();
    this.shadow.adoptedStyleSheets = [...this.shadow.adoptedStyleSheets, CANVAS_LOOK];
    this.hint = document.createElement("div");
    this.hint.className = "hint";
    this.hint.setAttribute("aria-hidden", "true");
    this.hint.append(document.createElement("span"), document.createElement("small"));
    this.shadow.querySelector(".dc-container").append(this.hint);
    this.dress();
    this.inkChanged(null);
  }

  dress() {
    if (!this.canvas || !this.texts) return;
    this.shadow.host.style.setProperty("--pad-shape", this.shape);
    this.canvas.setAttribute("aria-label", this.texts.label);
    this.settle();
    this.hint.firstElementChild.textContent = this.texts.hint;
    this.hint.lastElementChild.textContent = this.texts.hint_more;
    this.matchTheme();
  }

  // A canvas that is about to be replaced by one of the screen's density would take ink with it.
  settle() {
    if (!this.texts || this.canvas.hasAttribute("role")) return;
    const fits = this.canvas.width === Number.parseInt(this.shape, 10) * this.wanted;
    const ready = fits || this.ink.all().length > 0 || performance.now() - this.adoptedAt > SETTLING;
    this.canvas.style.pointerEvents = ready ? "" : "none";
    if (ready) this.canvas.setAttribute("role", "img");
  }

  matchTheme() {
    if (!this.shadow) return;
    const paper = getComputedStyle(this.shadow.host).getPropertyValue("--st-background-color");
    const probe = document.createElement("canvas").getContext("2d");
    probe.fillStyle = paper;
    const brightness = parseInt(probe.fillStyle.slice(1, 3), 16);
    this.shadow.querySelector(".dc-root").toggleAttribute("data-dark", brightness < 128);
  }

  inkChanged(phase) {
    const strokes = this.ink.all();
    if (this.hint) setHidden(this.hint, strokes.length > 0);
    this.undoButton.disabled = this.clearButton.disabled = strokes.length === 0;
    if (phase === "up") this.liftedAt = performance.now();
    if (!phase) return;
    document.dispatchEvent(new CustomEvent("inkling:ink", { detail: { strokes, phase } }));
  }

  key(event) {
    const path = event.composedPath();
    if (path.some((one) => one.matches?.("input:not([type=radio]), textarea, select, [contenteditable]"))) return;
    const command = event.ctrlKey || event.metaKey;
    const key = event.key.toLowerCase();
    if (event.altKey || (command && key !== "z")) return;
    const action = { u: "undo", z: command && "undo", c: "clear", delete: "clear", escape: "clear" }[key];
    if (!action) return;
    event.preventDefault();
    event.stopPropagation();
    this[action]();
  }

  undo() {
    if (this.ink.drawing || this.ink.strokes.length === 0) return;
    this.press("Undo");
    this.ink.undo();
  }

  clear() {
    this.empty("cleared");
  }

  empty(phase) {
    const { strokes } = this.ink;
    if (this.ink.drawing || strokes.length === 0) return;
    // The canvas may not have told its last stroke yet, and now never will.
    if (performance.now() - this.liftedAt < UNTOLD) this.onTool("finished", { strokes, number: Date.now() });
    this.press("Reset canvas & history");
    this.ink.clear(phase);
  }

  // The canvas keeps its own history of strokes behind its own buttons, which our look hides.
  press(label) {
    this.shadow?.querySelector(`.dc-toolbar button[aria-label="${label}"]`)?.click();
  }

  destroy() {
    clearInterval(this.waiting);
    this.stop.abort();
    this.ink.stop.abort();
  }
}

export default defineComponent(({ parentElement, setStateValue }) => new Pad(parentElement, setStateValue));
