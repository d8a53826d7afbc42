// The readings as tiles or rows: shown as they come, selected with keys or pointer.

import { createElement } from "../shared/dom.js";
import { formatPercent } from "../shared/format.js";

export class Shelf {
  // selected(): another selection. opened(id). wanted(): the end comes near.
  constructor({ selected, opened, wanted }, signal) {
    Object.assign(this, { selected, opened, wanted });
    this.list = createElement("ul", "shelf");
    this.list.setAttribute("role", "listbox");
    this.list.setAttribute("aria-multiselectable", "true");
    this.list.tabIndex = -1;
    this.end = createElement("div", "end");
    this.root = createElement("div", "", this.list, this.end);
    this.clear();
    this.list.addEventListener("click", (event) => this.clicked(event));
    this.list.addEventListener("dblclick", (event) => this.opened(this.tileOf(event)?.dataset.id));
    this.list.addEventListener("keydown", (event) => this.key(event));
    const watch = new IntersectionObserver(([entry]) => entry.isIntersecting && this.wanted(), {
      rootMargin: "1200px 0px",
    });
    watch.observe(this.end);
    signal.addEventListener("abort", () => watch.disconnect());
  }

  clear() {
    this.items = [];
    this.places = new Map();
    this.chosen = new Set();
    this.active = -1;
    this.anchor = -1;
    this.list.replaceChildren();
  }

  speak(texts, exact) {
    Object.assign(this, { texts, exact });
    this.list.setAttribute("aria-label", texts.readings);
    this.items.forEach((item) => this.paint(item));
  }

  // Readings after those that are there; those already shown are left out.
  add(items) {
    const fresh = items.filter((item) => !this.places.has(item.id));
    const tiles = fresh.map((item) => {
      this.places.set(item.id, this.items.push(item) - 1);
      return this.tile(item);
    });
    this.list.append(...tiles);
    if (this.active < 0 && tiles[0]) this.list.children[0].tabIndex = 0;
  }

  tile(item) {
    const picture = createElement("img");
    picture.src = `data:image/png;base64,${item.image}`;
    picture.alt = "";
    picture.decoding = "async";
    const tile = createElement(
      "li",
      "",
      picture,
      createElement("b"),
      createElement("span", "sure"),
      createElement("span", "label"),
      createElement("span", "detail"),
    );
    tile.setAttribute("role", "option");
    tile.setAttribute("aria-selected", "false");
    tile.dataset.id = item.id;
    tile.tabIndex = -1;
    this.fill(tile, item);
    return tile;
  }

  fill(tile, item) {
    const { texts } = this;
    const [, text, sure, label, detail] = tile.children;
    text.textContent = item.text || "–";
    text.dataset.verdict = item.verdict;
    sure.textContent = item.text ? formatPercent(item.confidence) : "";
    const known = item.label !== null;
    tile.dataset.label = known ? (item.label === item.text ? "right" : "wrong") : "none";
    const truth = item.label === "?" ? texts.not_a_digit : item.label;
    label.replaceChildren();
    if (known)
      label.append(createElement("span", "spoken", `${texts.label} ${truth}`), item.label === "?" ? "×" : item.label);
    const time = this.exact.format(new Date(item.created));
    detail.textContent = [texts[item.source], time, item.model, item.labelled_by].filter(Boolean).join(" · ");
  }

  paint(item) {
    const place = this.places.get(item.id);
    if (place !== undefined) this.fill(this.list.children[place], item);
  }

  item(id) {
    return this.items[this.places.get(id)];
  }

  remove(ids) {
    const first = Math.min(...ids.map((id) => this.places.get(id)));
    const gone = new Set(ids);
    for (const id of ids) this.list.children[this.places.get(id)].dataset.gone = "";
    for (const tile of this.list.querySelectorAll("[data-gone]")) tile.remove();
    this.reset(
      this.items.filter((item) => !gone.has(item.id)),
      first,
    );
  }

  // The inverse of `remove`: items with the places they had.
  putBack(taken) {
    const items = [...this.items];
    for (const { item, place } of taken) {
      items.splice(place, 0, item);
      this.list.insertBefore(this.tile(item), this.list.children[place] ?? null);
    }
    this.reset(items, taken[0].place);
  }

  reset(items, active) {
    this.items = items;
    this.places = new Map(items.map((item, place) => [item.id, place]));
    this.chosen.clear();
    this.active = -1;
    if (items.length) this.choose(Math.min(active, items.length - 1));
    else this.selected();
  }

  get selection() {
    return [...this.chosen].sort((one, other) => one - other).map((place) => this.items[place]);
  }

  // Select one place, or with `extend` all from the anchor to it, or with `toggle` it as well.
  choose(place, { extend = false, toggle = false } = {}) {
    const before = new Set(this.chosen);
    if (!toggle) this.chosen.clear();
    if (extend && this.anchor >= 0) {
      const [from, to] = [Math.min(this.anchor, place), Math.max(this.anchor, place)];
      for (let one = from; one <= to; one += 1) this.chosen.add(one);
    } else {
      if (toggle && this.chosen.has(place)) this.chosen.delete(place);
      else this.chosen.add(place);
      this.anchor = place;
    }
    for (const one of new Set([...before, ...this.chosen])) {
      this.list.children[one]?.setAttribute("aria-selected", String(this.chosen.has(one)));
    }
    this.moveTo(place);
    this.selected();
  }

  moveTo(place) {
    const { children } = this.list;
    for (const tile of [children[0], children[this.active]]) if (tile) tile.tabIndex = -1;
    this.active = place;
    const tile = children[place];
    tile.tabIndex = 0;
    tile.focus({ preventScroll: true });
    tile.scrollIntoView({ block: "nearest" });
    if (place > this.items.length - 3 * this.columns) this.wanted();
  }

  // To the reading after those that are selected, so that the next key corrects it; whether there is one.
  advance() {
    const next = Math.max(...this.chosen) + 1;
    const there = next < this.items.length;
    if (there) this.choose(next);
    return there;
  }

  get columns() {
    return getComputedStyle(this.list).gridTemplateColumns.split(" ").length;
  }

  tileOf(event) {
    return event.target.closest?.("li");
  }

  clicked(event) {
    const tile = this.tileOf(event);
    if (!tile) return;
    const toggle = event.ctrlKey || event.metaKey;
    this.choose(this.places.get(tile.dataset.id), { extend: event.shiftKey, toggle });
  }

  key(event) {
    const last = this.items.length - 1;
    const all = (event.ctrlKey || event.metaKey) && event.key === "a";
    const step = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -this.columns, ArrowDown: this.columns }[event.key];
    let place = this.active;
    if (all) {
      this.anchor = 0;
      place = last;
    } else if (step !== undefined && !event.ctrlKey && !event.altKey && !event.metaKey) {
      place = this.active < 0 ? 0 : this.active + step;
    } else if (event.key === "Home") place = 0;
    else if (event.key === "End") place = last;
    else if (event.key !== " ") return;
    event.preventDefault();
    if (place < 0 || place > last) return;
    this.choose(place, { extend: event.shiftKey || all, toggle: event.key === " " && event.ctrlKey });
  }
}
