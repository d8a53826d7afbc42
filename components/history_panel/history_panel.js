// The readings, newest first, from GET /api/history; a quiet line where the history is out of reach.

import { defineComponent } from "../shared/component.js";
import { createElement, fillIn } from "../shared/dom.js";
import { formatPercent } from "../shared/format.js";
import { Forget } from "./forget.js";

const PAGE = 12; // readings
const HEALTH_PAUSE = 20_000; // ms between looks at the health of the history, in a visible tab
const UNWELL_PAUSE = 3_000; // ms between looks while it is not well
const MINUTE = 60_000; // ms

class HistoryPanel {
  constructor(root) {
    this.items = [];
    this.next = null;
    this.digit = null;
    this.rows = new Map();
    this.stop = new AbortController();
    this.build(root);
    this.clock = setInterval(() => this.tellTimes(), MINUTE / 4);
    const options = { signal: this.stop.signal };
    document.addEventListener("visibilitychange", () => document.hidden || this.seenAgain(), options);
  }

  build(root) {
    this.heading = createElement("h2");
    this.line = createElement("p", "line");
    this.line.setAttribute("role", "status");
    this.filter = createElement("div", "filter");
    this.filter.setAttribute("role", "radiogroup");
    this.choices = [null, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9].map((digit) => this.choice(digit));
    this.filter.append(...this.choices.map((choice) => choice.label));
    this.empty = createElement("div", "empty", createElement("b"), createElement("p"));
    this.list = createElement("ol");
    this.more = createElement("button", "button");
    this.more.addEventListener("click", () => this.showMore());
    this.forget = new Forget(() => this.refresh(true));
    const parts = [this.heading, this.line, this.filter, this.empty, this.list, this.more, this.forget.root];
    root.append(createElement("section", "card", ...parts));
    this.empty.hidden = this.more.hidden = true;
  }

  choice(digit) {
    const input = createElement("input");
    Object.assign(input, { type: "radio", name: "digit", checked: digit === null });
    input.addEventListener("change", () => this.filterBy(digit));
    const name = createElement("span");
    return { digit, input, name, label: createElement("label", "", input, name) };
  }

  update({ texts, language, version }) {
    const otherLanguage = language !== this.language;
    Object.assign(this, { texts, language });
    if (otherLanguage) this.speak();
    if (version !== this.version) this.refresh();
    this.version = version;
  }

  speak() {
    const { texts } = this;
    this.heading.textContent = texts.heading;
    this.filter.setAttribute("aria-label", texts.filter);
    for (const { digit, name } of this.choices) name.textContent = digit ?? texts.all;
    this.more.textContent = texts.more;
    this.forget.speak(texts);
    this.exact = new Intl.DateTimeFormat(this.language === "zh" ? "zh-CN" : "en-GB", {
      dateStyle: "medium",
      timeStyle: "medium",
    });
    this.rows.clear();
    this.paint();
  }

  filterBy(digit) {
    this.digit = digit;
    this.items = [];
    this.refresh();
  }

  // Nobody looked after the history's health while the tab was hidden.
  seenAgain() {
    this.well = false;
    this.refresh();
  }

  // Newer readings join those that are shown; the answer to an older question is dropped.
  async refresh(anew = false) {
    this.asked = (this.asked ?? 0) + 1;
    const { asked } = this;
    const page = await this.fetchPage(null);
    if (asked !== this.asked) return;
    if (page) {
      const last = page.items.at(-1);
      const shown = this.items.findIndex((item) => item.id === last?.id);
      const kept = shown < 0 || anew ? [] : this.items.slice(shown + 1);
      this.items = [...page.items, ...kept];
      if (kept.length === 0) this.next = page.next;
      this.loaded = true;
      this.paint();
    }
    if (!page?.complete || !this.well) this.lookAtHealth(page !== null);
  }

  async showMore() {
    const { asked } = this;
    this.more.disabled = true;
    const page = await this.fetchPage(this.next);
    this.more.disabled = false;
    if (!page || asked !== this.asked) return;
    const first = this.items.length;
    const known = new Set(this.items.map((item) => item.id));
    this.items.push(...page.items.filter((item) => !known.has(item.id)));
    this.next = page.next;
    this.paint();
    this.list.children[first]?.focus({ preventScroll: true });
  }

  async fetchPage(before) {
    const query = new URLSearchParams({ limit: PAGE });
    if (before) query.set("before", before);
    if (this.digit !== null) query.set("digit", this.digit);
    try {
      const answer = await fetch(`api/history?${query}`, { signal: this.stop.signal });
      return answer.ok ? await answer.json() : null;
    } catch {
      return null;
    }
  }

  async lookAtHealth(answers) {
    clearTimeout(this.nextLook);
    let ready = null;
    try {
      const options = { signal: this.stop.signal };
      ready = await (await fetch("api/health/ready", options)).json();
    } catch {
      // said below: the history does not answer
    }
    if (this.stop.signal.aborted) return;
    const sentence = this.healthSentence(ready, answers);
    this.line.textContent = sentence;
    this.well = sentence === "";
    clearTimeout(this.nextLook);
    this.nextLook = setTimeout(
      () => document.hidden || (answers ? this.lookAtHealth(true) : this.refresh()),
      sentence ? UNWELL_PAUSE : HEALTH_PAUSE,
    );
  }

  healthSentence(ready, answers) {
    const { texts } = this;
    if (!ready?.history) return texts.failed;
    const { reachable, outbox } = ready.history;
    if (ready.status === "unavailable") return texts.full;
    if (reachable) return answers ? "" : texts.failed;
    if (outbox === 0) return texts.waiting_none;
    return outbox === 1 ? texts.waiting_one : fillIn(texts.waiting, { count: outbox });
  }

  paint() {
    const { texts, items } = this;
    this.list.replaceChildren(...items.map((item) => this.row(item)));
    this.more.hidden = !this.next;
    this.filter.hidden = items.length === 0 && this.digit === null;
    this.empty.hidden = items.length > 0 || !this.loaded;
    const filtered = this.digit !== null;
    this.empty.firstElementChild.textContent = filtered ? fillIn(texts.none_fit, { digit: this.digit }) : texts.empty;
    this.empty.lastElementChild.textContent = filtered ? "" : texts.empty_more;
    this.tellTimes();
  }

  // A row is made once for each state of a reading, so that pictures are not fetched again.
  row(item) {
    const state = JSON.stringify(item);
    const known = this.rows.get(item.id);
    if (known?.dataset.state === state) return known;
    const { texts } = this;
    const picture = createElement("img");
    picture.src = `api/history/${item.id}/image.png?state=${hash(state)}`;
    picture.alt = "";
    picture.loading = "lazy";
    const text = createElement("b", "", item.text || "–");
    text.dataset.verdict = item.verdict;
    const time = createElement("time");
    time.dateTime = item.created;
    time.title = this.exact.format(new Date(item.created));
    const detail = createElement("span", "detail", `${texts[item.source]} · `, time);
    const sure = createElement("span", "sure", item.verdict === "not_a_digit" ? "" : formatPercent(item.confidence));
    const row = createElement("li", "", picture, text, sure, detail);
    row.dataset.state = state;
    row.dataset.id = item.id;
    row.tabIndex = -1;
    this.rows.set(item.id, row);
    return row;
  }

  tellTimes() {
    for (const time of this.list.querySelectorAll("time")) {
      time.textContent = this.ago(Date.now() - Date.parse(time.dateTime));
    }
  }

  ago(passed) {
    const { texts } = this;
    const minutes = Math.floor(passed / MINUTE);
    if (minutes < 1) return texts.now;
    if (minutes < 60) return fillIn(texts.minutes, { count: minutes });
    if (minutes < 1440) return fillIn(texts.hours, { count: Math.floor(minutes / 60) });
    return fillIn(texts.days, { count: Math.floor(minutes / 1440) });
  }

  destroy() {
    this.stop.abort();
    clearInterval(this.clock);
    clearTimeout(this.nextLook);
  }
}

// A short word for a state, so that a changed picture has another address.
function hash(text) {
  let value = 5381;
  for (const letter of text) value = (value * 33 + letter.codePointAt(0)) >>> 0;
  return value.toString(36);
}

export default defineComponent(({ parentElement }) => new HistoryPanel(parentElement));
