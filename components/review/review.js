// The review: readings page by page from HTTP, filters in the address, corrections sent behind.

import { defineComponent } from "../shared/component.js";
import { createElement, fillIn } from "../shared/dom.js";
import { Corrections } from "./corrections.js";
import { CorrectionBar } from "./corrections_bar.js";
import { OneReading } from "./detail.js";
import { FilterForm } from "./filters.js";
import { Shelf } from "./grid.js";
import { Removals } from "./pending_deletes.js";
import { Totals } from "./totals.js";
import { Address } from "./url_state.js";

const PAGE = 60; // readings
const DOUBTFUL_PAGE = 500; // readings that are sorted together
const PAUSE = 2000; // ms before a failed page is asked for again
const SETTLED = 400; // ms without corrections after which the accuracy is asked for

class Review {
  constructor(root) {
    this.stop = new AbortController();
    const { signal } = this.stop;
    this.address = new Address(() => this.addressChanged(), signal);
    this.corrections = new Corrections(
      {
        told: (id, answer) => this.told(id, answer),
        refused: (_id, message) => this.tell(fillIn(this.texts.refused, { message })),
        changed: () => this.savingChanged(),
      },
      signal,
    );
    this.removals = new Removals({
      changed: () => {
        this.selectionChanged();
        this.savingChanged();
      },
      failed: () => this.notRemoved(),
    });
    this.build(root, signal);
    window.addEventListener("keydown", (event) => this.key(event), { signal });
    window.addEventListener("pagehide", () => this.removals.finish(), { signal });
  }

  build(root, signal) {
    this.totals = new Totals();
    this.form = new FilterForm((values) => this.choose(values));
    this.out = createElement(
      "details",
      "out",
      createElement("summary"),
      ...["csv", "npz", "zip"].map(() => createElement("a", "button")),
    );
    const ways = createElement("div", "ways", this.form.order.label, this.form.view.label, this.out);
    const totals = createElement("div", "totals", this.totals.count, this.form.confused, this.totals.accuracy);
    this.line = createElement("p", "line");
    this.line.setAttribute("role", "status");
    this.note = createElement("p", "line");
    this.empty = createElement("div", "empty", createElement("b"), createElement("p"));
    this.empty.hidden = true;
    const selected = () => {
      this.early = null;
      this.selectionChanged();
    };
    this.shelf = new Shelf({ selected, opened: (id) => this.open(id), wanted: () => this.more() }, signal);
    this.bar = new CorrectionBar({
      said: (text) => this.inTurn(() => this.say(text)),
      right: () => this.inTurn(() => this.sayRight()),
      undo: () => this.undo(),
      open: () => this.open(this.shelf.selection[0]?.id),
      remove: () => this.remove(this.shelf.selection.map((item) => item.id)),
      named: (name) => (this.corrections.name = name),
      back: () => this.shelf.active >= 0 && this.shelf.moveTo(this.shelf.active),
    });
    this.one = new OneReading({
      removed: (id) => this.removeOpen(id),
      moved: (step) => this.moveOpen(step),
      opened: (id) => this.open(id),
      closed: () => this.closed(),
      href: (id) => this.address.href({ id }),
      pressed: (key, item) => this.pressedOpen(key, item),
    });
    const top = createElement("section", "top card", this.form.root, ways);
    root.append(top, totals, this.line, this.note, this.empty, this.shelf.root, this.bar.root, this.one.dialog);
    this.bar.name.value = this.corrections.name;
  }

  update({ texts, language }) {
    const first = !this.texts;
    if (language !== this.language) this.speak(texts, language);
    this.address.restore();
    if (first) this.addressChanged();
  }

  speak(texts, language) {
    Object.assign(this, { texts, language });
    const locale = language === "zh" ? "zh-CN" : "en-GB";
    const exact = new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeStyle: "short" });
    this.totals.speak(texts, new Intl.NumberFormat(locale));
    for (const part of [this.form, this.bar]) part.speak(texts);
    for (const part of [this.shelf, this.one]) part.speak(texts, exact);
    this.form.show(this.address);
    this.empty.firstChild.textContent = texts.empty;
    this.empty.lastChild.textContent = texts.empty_more;
    const [summary, ...links] = this.out.children;
    summary.textContent = texts.out;
    ["csv", "npz", "zip"].forEach((kind, place) => (links[place].textContent = texts[`out_${kind}`]));
    this.selectionChanged();
    this.bar.showState(this.corrections, "");
  }

  // --- what is shown

  choose(values) {
    const steps = ["text", "label", "min_confidence", "max_confidence"];
    const typing = Object.keys(values).every((name) => steps.includes(name) && this.address.get(name));
    this.address.set({ ...values, id: null }, { replace: typing });
    this.addressChanged();
  }

  addressChanged() {
    const { address } = this;
    this.form.show(address);
    this.shelf.list.dataset.as = address.get("as") ?? "grid";
    const query = address.query().toString();
    const view = `${query}#${address.get("order") ?? ""}`;
    if (view !== this.view) this.begin(view, query);
    if (address.get("id")) this.one.show(address.get("id"), this.shelf.item(address.get("id")));
    else this.one.hide();
  }

  begin(view, query) {
    Object.assign(this, { view, query, next: null, loading: false, ended: false, fresh: true, early: null });
    this.asking?.abort();
    this.asking = new AbortController();
    this.doubtful = this.address.get("order") === "doubtful";
    this.note.textContent = this.doubtful ? fillIn(this.texts.order_note, { count: DOUBTFUL_PAGE }) : "";
    const kinds = { csv: "history/export.csv", npz: "review/dataset.npz", zip: "review/dataset.zip" };
    const links = [...this.out.querySelectorAll("a")];
    Object.values(kinds).forEach((path, place) => {
      links[place].href = `api/${path}?${query}`;
      links[place].download = "";
    });
    this.more();
  }

  // The next page, once at a time. The old view stays until the first page of the new one is there.
  async more() {
    if (this.loading || this.ended || this.view === undefined) return;
    this.loading = true;
    const { view, fresh } = this;
    const asked = performance.now();
    const page = await this.ask("review", { limit: this.doubtful ? DOUBTFUL_PAGE : PAGE, before: this.next });
    if (view !== this.view || this.stop.signal.aborted) return;
    this.loading = false;
    this.line.textContent = page ? (page.complete ? "" : this.texts.incomplete) : this.texts.failed;
    if (!page) {
      this.loading = true;
      this.later = setTimeout(() => {
        this.loading = false;
        this.more();
      }, PAUSE);
      return;
    }
    if (fresh) this.shelf.clear();
    this.fresh = false;
    const items = this.removals.without(this.corrections.onto(page.items, asked));
    this.shelf.add(this.doubtful ? leastSureFirst(items) : items);
    this.next = page.next;
    this.ended = page.next === null;
    this.catchUp();
    this.empty.hidden = this.shelf.items.length > 0;
    if (fresh) this.opened();
  }

  // After the first page is on screen: what may come later.
  opened() {
    this.selectionChanged();
    this.totals.showCount(this.ended ? { count: this.shelf.items.length, all: true } : null);
    requestAnimationFrame(() => setTimeout(() => this.askTotals()));
  }

  async askTotals() {
    const { view } = this;
    if (!this.totals.counted) {
      const counted = this.query === "" ? null : await this.ask("review/count", {});
      if (view !== this.view) return;
      this.totals.showCount(counted);
    }
    const summary = await this.ask("history/summary", {}, false);
    if (!summary || this.stop.signal.aborted) return;
    if (this.query === "" && view === this.view) this.totals.showCount({ count: summary.total, all: true });
    this.form.offerModels(Object.keys(summary.models).sort().reverse());
    this.totals.showAccuracy(summary.accuracy);
  }

  async ask(path, values, filtered = true) {
    const query = new URLSearchParams(filtered ? this.query : "");
    for (const [name, value] of Object.entries(values)) if (value !== null) query.set(name, value);
    try {
      const answer = await fetch(`api/${path}?${query}`, {
        signal: AbortSignal.any([this.asking.signal, this.stop.signal]),
      });
      return answer.ok ? await answer.json() : null;
    } catch {
      return null;
    }
  }

  // --- corrections

  say(text) {
    this.correct(this.shelf.selection, () => text);
  }

  sayRight() {
    this.correct(
      this.shelf.selection.filter((item) => item.text),
      (item) => item.text,
    );
  }

  correct(items, truth) {
    if (items.length === 0) return;
    const changes = items.map((item) => ({ id: item.id, from: item.label, to: truth(item) }));
    this.removals.finish(); // undo goes back in time: what was deleted before stays so
    this.label(changes);
    if (!this.shelf.advance() && !this.ended) this.early = [];
    this.corrections.make(changes);
  }

  // What is said before the page with its reading is there waits for that page.
  inTurn(act) {
    if (this.early) this.early.push(act);
    else act();
  }

  catchUp() {
    const { early } = this;
    if (early && this.shelf.advance()) early.forEach((act) => this.inTurn(act));
  }

  label(changes) {
    for (const { id, to } of changes) {
      const item = this.shelf.item(id);
      if (!item) continue;
      Object.assign(item, { label: to, labelled_by: to === null ? null : this.corrections.name || null });
      this.shelf.paint(item);
      this.one.relabelled(item);
    }
  }

  undo() {
    if (this.removals.length) {
      const { taken, view } = this.removals.takeBack();
      if (view === this.view) {
        this.shelf.putBack(taken);
        this.empty.hidden = true;
      } else this.begin(this.view, this.query);
      this.tell("");
      return;
    }
    const changes = this.corrections.undo();
    if (!changes) return;
    this.label(changes);
    const place = this.shelf.places.get(changes[0].id);
    if (place !== undefined && !this.one.open) this.shelf.choose(place);
    this.selectionChanged();
  }

  told(id, answer) {
    const item = this.shelf.item(id);
    if (item)
      Object.assign(item, { label: answer.label, labelled_by: answer.labelled_by, labelled_at: answer.labelled_at });
    if (item) this.shelf.paint(item);
    this.one.relabelled(answer);
  }

  savingChanged() {
    this.bar?.showState(this.corrections, "");
    clearTimeout(this.settling);
    if (this.corrections.unsaved === 0) this.settling = setTimeout(() => this.askTotals(), SETTLED);
  }

  tell(message) {
    this.bar.showState(this.corrections, message);
  }

  selectionChanged() {
    if (!this.texts) return;
    this.bar.showSelection(this.shelf.chosen.size, this.corrections.steps.length + this.removals.length);
  }

  remove(ids) {
    const taken = ids
      .filter((id) => this.shelf.places.has(id))
      .map((id) => ({ item: this.shelf.item(id), place: this.shelf.places.get(id) }));
    if (taken.length === 0) return;
    this.removals.add(taken, this.view);
    this.shelf.remove(taken.map(({ item }) => item.id));
    this.empty.hidden = this.shelf.items.length > 0;
    this.tell(this.texts.deleted);
    this.selectionChanged();
  }

  // --- one reading

  open(id) {
    if (!id) return;
    this.address.set({ id }, { replace: this.one.open });
    this.one.show(id, this.shelf.item(id));
  }

  closed() {
    if (!this.address.get("id")) return;
    const place = this.shelf.places.get(this.address.get("id"));
    this.address.set({ id: null });
    if (place !== undefined) this.shelf.choose(place);
  }

  moveOpen(step) {
    const place = this.shelf.places.get(this.one.id);
    const item = place === undefined ? null : this.shelf.items[place + step];
    if (item) this.open(item.id);
    if (place !== undefined && place + step > this.shelf.items.length - 5) this.more();
  }

  async removeOpen(id) {
    this.one.hide();
    if (this.shelf.places.has(id)) this.remove([id]);
    else await this.removals.forget(id);
  }

  // Show again what is still there.
  notRemoved() {
    if (this.stop.signal.aborted) return;
    this.begin(this.view, this.query);
    this.tell(this.texts.not_deleted);
  }

  pressedOpen(key, item) {
    if (key === "u") this.undo();
    const truth = truthOf(key, item);
    if (truth === null) return key === "u";
    const change = { id: item.id, from: item.label, to: truth };
    this.one.relabelled({ id: item.id, label: truth, labelled_by: this.corrections.name || null, labelled_at: null });
    this.label([change]);
    this.corrections.make([change]);
    this.selectionChanged();
    return true;
  }

  // --- keys

  key(event) {
    const target = event.composedPath()[0];
    if (this.one.open || event.defaultPrevented || event.isComposing) return;
    if (target.matches?.("input, select, textarea, [contenteditable]")) return;
    if ((event.ctrlKey || event.metaKey) && event.key === "z") {
      event.preventDefault();
      this.undo();
    }
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (this.pressed(event.key, target)) event.preventDefault();
  }

  pressed(key, target) {
    if (key === "u") {
      this.early?.pop() || this.undo();
      return true;
    }
    const { selection } = this.shelf;
    if (selection.length === 0) return false;
    if (key === "Enter") {
      if (target.matches?.("button, a, summary") || selection.length > 1) return false;
      this.open(selection[0].id);
      return true;
    }
    if (key === "Delete") {
      this.remove(selection.map((item) => item.id));
      return true;
    }
    if (key === "e") {
      this.bar.type();
      return true;
    }
    const truth = truthOf(key, selection[0]);
    if (this.early && truth !== null) {
      this.inTurn(() => this.pressed(key, target));
      return true;
    }
    const numbers = selection.some((item) => item.text.length > 1);
    if (numbers && /^[0-9]$/.test(key)) {
      this.bar.type(key);
      return true;
    }
    if (truth === null) return false;
    if (key === "y") this.sayRight();
    else this.say(truth);
    return true;
  }

  destroy() {
    this.removals.finish();
    this.stop.abort();
    this.asking?.abort();
    this.form.destroy();
    this.corrections.destroy();
    this.one.replay.stop();
    clearTimeout(this.later);
    clearTimeout(this.settling);
  }
}

// What a key says of a reading: a digit, "?" for no digit, as read for y; null for another key.
function truthOf(key, item) {
  if (/^[0-9]$/.test(key)) return key;
  if (key === "x") return "?";
  return key === "y" && item.text ? item.text : null;
}

// Those that nobody has labelled, the least sure of them first, before those that somebody has.
function leastSureFirst(items) {
  const known = (item) => Number(item.label !== null);
  return [...items].sort((one, other) => known(one) - known(other) || one.confidence - other.confidence);
}

export default defineComponent(({ parentElement }) => new Review(parentElement));
