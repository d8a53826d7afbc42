// Everything that was read in this browser, forgotten when its owner says so twice.

import { createElement, fillIn } from "../shared/dom.js";

export class Forget {
  // done(): the history holds less now.
  constructor(done) {
    this.done = done;
    this.open = createElement("button", "quiet");
    this.open.type = "button";
    this.open.addEventListener("click", () => this.ask());
    this.question = createElement("b");
    this.meaning = createElement("p");
    this.no = this.button(() => this.dialog.close());
    this.yes = this.button(() => this.forget());
    this.yes.classList.add("grave");
    this.dialog = createElement(
      "dialog",
      "",
      this.question,
      this.meaning,
      createElement("div", "answers", this.no, this.yes),
    );
    this.dialog.addEventListener("click", (event) => event.target === this.dialog && this.dialog.close());
    this.line = createElement("p", "line");
    this.line.setAttribute("role", "status");
    this.root = createElement("div", "forget", this.open, this.line, this.dialog);
  }

  button(action) {
    const button = createElement("button", "button");
    button.type = "button";
    button.addEventListener("click", action);
    return button;
  }

  speak(texts) {
    this.texts = texts;
    this.open.textContent = texts.forget;
    this.line.textContent = "";
  }

  async ask() {
    const { texts } = this;
    const count = (await this.send("GET"))?.count;
    if (count === undefined) {
      this.line.textContent = texts.forget_failed;
      return;
    }
    this.line.textContent = "";
    const known = count === 1 ? texts.forget_one : fillIn(texts.forget_many, { count });
    this.question.textContent = count === 0 ? texts.forget_none : known;
    this.meaning.textContent = count === 0 ? "" : texts.forget_meaning;
    this.yes.textContent = texts.forget_yes;
    this.yes.hidden = count === 0;
    this.no.textContent = count === 0 ? texts.forget_close : texts.forget_no;
    this.dialog.setAttribute("aria-label", this.question.textContent);
    this.dialog.showModal();
    this.no.focus();
  }

  async forget() {
    this.yes.disabled = true;
    const forgotten = (await this.send("DELETE"))?.forgotten;
    this.yes.disabled = false;
    this.dialog.close();
    const { texts } = this;
    if (forgotten === undefined) this.line.textContent = texts.forget_failed;
    else this.line.textContent = forgotten === 1 ? texts.forgotten_one : fillIn(texts.forgotten, { count: forgotten });
    this.done();
  }

  async send(method) {
    try {
      const answer = await fetch("api/history/mine", { method });
      return answer.ok ? await answer.json() : null;
    } catch {
      return null;
    }
  }
}
