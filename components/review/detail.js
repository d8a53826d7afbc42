// One reading in full: its ink, what the network saw, what it could be, what is like it.

import { createElement, fillIn } from "../shared/dom.js";
import { formatPercent } from "../shared/format.js";
import { drawGlyph, HEAT } from "../shared/glyph.js";
import { jointProbabilities } from "../shared/probabilities.js";
import { title } from "./corrections_bar.js";
import { Replay } from "./replay.js";

export class OneReading {
  // said(id, text), removed(id), moved(step), opened(id), closed().
  constructor(actions) {
    this.actions = actions;
    this.title = createElement("h1");
    this.previous = this.button("‹", () => actions.moved(-1));
    this.following = this.button("›", () => actions.moved(1));
    this.copy = this.button("", () => this.copyLink());
    this.delete = this.button("", () => actions.removed(this.id));
    this.close = this.button("×", () => this.dialog.close());
    const head = createElement(
      "header",
      "",
      this.title,
      this.previous,
      this.following,
      this.copy,
      this.delete,
      this.close,
    );
    this.note = createElement("p", "note");
    this.note.setAttribute("role", "status");
    this.replay = new Replay();
    this.picture = createElement("img", "picture");
    this.picture.alt = "";
    this.ink = this.part(this.replay.root, this.picture);
    this.which = createElement("div", "which");
    this.which.setAttribute("role", "group");
    this.glyph = this.canvas();
    this.heat = this.canvas();
    const heated = createElement("div", "heated", this.canvas(), this.heat);
    this.seen = createElement("figure", "", this.glyph, createElement("figcaption"));
    this.spoke = createElement("figure", "", heated, createElement("figcaption"));
    this.sight = createElement("section", "", this.which, createElement("div", "figures", this.seen, this.spoke));
    this.bars = createElement("ol", "bars");
    this.chances = this.part(this.bars);
    this.others = createElement("ol", "candidates");
    this.candidates = this.part(this.others);
    this.facts = createElement("dl");
    this.about = this.part(this.facts);
    this.said = createElement("ol", "said");
    this.corrections = this.part(this.said);
    this.neighbours = createElement("ol", "similar");
    this.similar = this.part(this.neighbours);
    this.similar.classList.add("wide");
    const parts = createElement(
      "div",
      "parts",
      this.ink,
      this.sight,
      this.chances,
      this.about,
      this.candidates,
      this.corrections,
      this.similar,
    );
    this.dialog = createElement("dialog", "one", head, this.note, parts);
    this.dialog.addEventListener("close", () => this.left());
    this.dialog.addEventListener("click", (event) => event.target === this.dialog && this.dialog.close());
    this.dialog.addEventListener("keydown", (event) => this.key(event));
  }

  button(name, action) {
    const button = createElement("button", "button", name);
    button.type = "button";
    button.addEventListener("click", action);
    return button;
  }

  canvas() {
    const canvas = createElement("canvas", "glyph");
    canvas.setAttribute("role", "img");
    return canvas;
  }

  part(...children) {
    return createElement("section", "", createElement("h2"), ...children);
  }

  speak(texts, exact) {
    Object.assign(this, { texts, exact });
    this.replay.speak(texts);
    for (const [button, name] of [
      [this.previous, "previous"],
      [this.following, "next"],
      [this.close, "close"],
    ])
      title(button, texts[name]);
    this.copy.textContent = texts.copy;
    this.delete.textContent = texts.delete;
    const { chances, candidates, about: facts, corrections, similar } = this;
    const headings = { chances, candidates, facts, corrections, similar };
    for (const [name, part] of Object.entries(headings)) part.firstChild.textContent = texts[name];
    if (this.dialog.open && this.item) this.paint();
  }

  get open() {
    return this.dialog.open;
  }

  // known: the reading where the shelf has it, with its picture.
  async show(id, known) {
    this.id = id;
    this.item = known ?? null;
    this.explanation = null;
    this.digit = 0;
    this.note.textContent = "";
    if (!this.dialog.open) this.dialog.showModal();
    this.replay.stop();
    this.paint();
    const parts = ["", "/strokes", "/explain", "/similar?limit=12"];
    const wanted = parts.map((part) => this.fetch(id, part));
    const [item, strokes] = await Promise.all(wanted.slice(0, 2));
    if (this.id !== id) return;
    if (!item) {
      this.note.textContent = this.texts.gone;
      return;
    }
    this.item = { ...item, image: known?.image };
    this.paint();
    this.paintInk(strokes?.strokes ?? []);
    const [explanation, similar] = await Promise.all(wanted.slice(2));
    if (this.id !== id) return;
    this.explanation = explanation;
    this.paint();
    this.paintSimilar(similar?.items ?? []);
  }

  async fetch(id, part) {
    try {
      const answer = await fetch(`api/history/${id}${part}`);
      return answer.ok ? await answer.json() : null;
    } catch {
      return null;
    }
  }

  // The reading has another label now.
  relabelled(item) {
    if (item.id !== this.id || !this.item) return;
    const { label, labelled_by, labelled_at } = item;
    const corrections = item.corrections ?? this.item.corrections;
    Object.assign(this.item, { label, labelled_by, labelled_at, corrections });
    this.paintFacts();
  }

  paint() {
    const { item, texts } = this;
    this.title.textContent = item ? fillIn(texts.one, { text: item.text || "–" }) : "…";
    for (const part of [this.sight, this.chances, this.candidates]) part.hidden = !item?.digits.length;
    for (const part of [this.ink, this.about, this.similar]) part.hidden = !item;
    if (!item) return;
    this.paintFacts();
    if (item.digits.length) this.paintDigit();
    this.paintCandidates();
  }

  paintInk(strokes) {
    const drawn = strokes.length > 0;
    this.ink.firstChild.textContent = drawn ? this.texts.pen : this.texts.picture;
    this.replay.root.hidden = !drawn;
    this.picture.hidden = drawn;
    this.picture.src = `api/history/${this.id}/image.png`;
    if (drawn) this.replay.load(strokes);
  }

  paintFacts() {
    const { item, texts, exact, explanation } = this;
    const verdict = texts[`verdict_${item.verdict}`];
    const facts = [
      [texts.fact_time, exact.format(new Date(item.created))],
      [texts.fact_source, texts[item.source]],
      [texts.fact_model, item.model],
      [texts.fact_sure, item.text ? `${formatPercent(item.confidence)}, ${verdict}` : "–"],
      [texts.fact_label, this.labelSentence()],
    ];
    this.facts.replaceChildren(
      ...facts.flatMap(([name, value]) => [createElement("dt", "", name), createElement("dd", "", value)]),
    );
    this.paintCorrections();
    if (!explanation) return;
    const same = explanation.text === item.text;
    const { model, text } = explanation;
    const today = same ? texts.today_same : fillIn(texts.today, { model, text: text || "–" });
    this.facts.append(createElement("dt", "", ""), createElement("dd", "", today));
  }

  labelSentence() {
    const { label, labelled_by, labelled_at } = this.item;
    if (label === null) return this.texts.fact_no_label;
    return this.saidSentence({ text: label, by: labelled_by, at: labelled_at });
  }

  // What somebody said, with who and when where these are known.
  saidSentence({ text, by, at }) {
    const { texts } = this;
    const label = text === null ? texts.taken_back : text === "?" ? texts.not_a_digit : text;
    if (!at) return label;
    const time = this.exact.format(new Date(at));
    return fillIn(by ? texts.labelled_by : texts.labelled, { label, name: by, time });
  }

  // Every label it was ever given, the newest first.
  paintCorrections() {
    const made = this.item.corrections ?? [];
    this.corrections.hidden = made.length === 0;
    this.said.replaceChildren(...[...made].reverse().map((one) => createElement("li", "", this.saidSentence(one))));
  }

  paintDigit() {
    const { item, texts, explanation, digit } = this;
    const count = item.digits.length;
    const shown = item.digits[digit];
    this.which.hidden = count < 2;
    if (this.which.children.length !== count || this.which.dataset.id !== item.id) this.offerDigits();
    [...this.which.children].forEach((button, place) => button.setAttribute("aria-pressed", String(place === digit)));
    this.paintBars(shown);
    const kept = explanation?.kept[digit];
    const again = explanation?.again.length === count ? explanation.again[digit] : null;
    this.seen.hidden = !kept;
    this.spoke.hidden = !again;
    this.seen.lastChild.textContent = texts.seen;
    this.glyph.setAttribute("aria-label", texts.seen);
    if (kept) drawGlyph(this.glyph, kept.glyph);
    if (!again) return;
    const spoke = fillIn(texts.heat, { value: again.value });
    this.spoke.lastChild.textContent = spoke;
    this.heat.setAttribute("aria-label", spoke);
    const under = this.heat.previousSibling;
    under.setAttribute("aria-label", texts.seen);
    drawGlyph(under, again.glyph);
    drawGlyph(this.heat, again.heat, HEAT);
  }

  offerDigits() {
    const { item, texts } = this;
    this.which.dataset.id = item.id;
    const count = item.digits.length;
    this.which.replaceChildren(
      ...item.digits.map((digit, place) => {
        const name = digit.verdict === "not_a_digit" ? "?" : String(digit.value);
        const button = this.button(name, () => {
          this.digit = place;
          this.paintDigit();
        });
        button.setAttribute("aria-label", fillIn(texts.which, { place: place + 1, count }));
        return button;
      }),
    );
  }

  paintBars(digit) {
    const shares = jointProbabilities(digit);
    this.bars.replaceChildren(
      ...shares.map((share, value) => {
        const length = createElement("i");
        length.style.transform = `scaleX(${share.toFixed(4)})`;
        const row = createElement(
          "li",
          value === digit.value ? "first" : "",
          createElement("b", "", String(value)),
          createElement("div", "track", length),
          createElement("span", "", formatPercent(share)),
        );
        row.dataset.share = String(share);
        return row;
      }),
    );
  }

  paintCandidates() {
    const found = candidatesFor(this.item.digits).filter(
      ({ text, share }) => text !== this.item.text && share >= 0.0005,
    );
    this.candidates.hidden ||= found.length === 0;
    const rows = found
      .slice(0, 4)
      .map(({ text, share }) =>
        createElement("li", "", createElement("b", "", text), createElement("span", "", formatPercent(share))),
      );
    this.others.replaceChildren(...rows);
  }

  paintSimilar(items) {
    const { texts } = this;
    if (items.length === 0) this.neighbours.replaceChildren(createElement("li", "none", texts.similar_none));
    else this.neighbours.replaceChildren(...items.map((found) => this.neighbour(found)));
  }

  neighbour({ prediction, similarity }) {
    const link = createElement("a");
    link.href = this.actions.href(prediction.id);
    link.addEventListener("click", (event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      this.actions.opened(prediction.id);
    });
    const picture = createElement("img");
    picture.src = `api/history/${prediction.id}/image.png`;
    picture.alt = "";
    const alike = fillIn(this.texts.similar_one, {
      text: prediction.text || "–",
      percent: formatPercent(Math.max(0, similarity)),
    });
    const known = prediction.label !== null;
    link.append(picture, createElement("span", "", alike));
    if (known)
      link.append(
        createElement("span", `label ${prediction.label === prediction.text ? "right" : "wrong"}`, prediction.label),
      );
    return createElement("li", "", link);
  }

  async copyLink() {
    const address = new URL(this.actions.href(this.id), window.location.href).href;
    try {
      await navigator.clipboard.writeText(address);
      this.note.textContent = this.texts.copied;
    } catch {
      this.note.textContent = this.texts.copy_failed;
    }
  }

  key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.tagName === "INPUT") return;
    if (event.key === "ArrowLeft") this.actions.moved(-1);
    else if (event.key === "ArrowRight") this.actions.moved(1);
    else if (event.key === "Delete") this.actions.removed(this.id);
    else if (!this.item || !this.actions.pressed(event.key, this.item)) return;
    event.preventDefault();
    event.stopPropagation();
  }

  hide() {
    if (this.dialog.open) this.dialog.close();
  }

  left() {
    this.id = null;
    this.replay.stop();
    this.actions.closed();
  }
}

// The likeliest texts, best first: of each digit its three likeliest values.
function candidatesFor(digits) {
  let texts = [{ text: "", share: 1 }];
  for (const digit of digits) {
    const shares = jointProbabilities(digit);
    const best = [...shares.keys()].sort((one, other) => shares[other] - shares[one]).slice(0, 3);
    texts = texts
      .flatMap(({ text, share }) => best.map((value) => ({ text: text + value, share: share * shares[value] })))
      .sort((one, other) => other.share - one.share)
      .slice(0, 6);
  }
  return texts;
}
