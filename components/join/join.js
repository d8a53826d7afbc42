// A guest's phone: draws on the presenter's screen, answers their questions.

import { createElement, fillIn, setHidden } from "../shared/dom.js";
import { applyDrawingUpdate, DrawingSurface, SurfacePen } from "../shared/drawing_surface.js";
import { PRESENCE_INTERVAL, RoomLink } from "../shared/room_link.js";
import { localStore } from "../shared/storage.js";

const KEY = "inkling.guest"; // of this browser: what the room knows us by
const NAME = "inkling.name";
const CHOICES = [..."0123456789", "x"];

// Where storage is forbidden the phone is another guest after each reload.
function ownKey() {
  let key = localStore.get(KEY);
  if (!key) {
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    key = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
    localStore.set(KEY, key);
  }
  return key;
}

class Guest {
  constructor(root, texts, code) {
    Object.assign(this, { root, texts, code });
    this.room = null;
    this.waiting = []; // pieces of ink that go out together
    this.vote = null;
    this.build();
    this.link = new RoomLink(code, {
      createHello: () => this.hello(),
      onMessage: (message) => this.heard(message),
      onConnectionChange: (connected) => this.tell(connected ? null : "lost"),
      onEnd: (why) => this.end(why),
    });
    this.looking = setInterval(() => this.look(), PRESENCE_INTERVAL * (0.8 + 0.4 * Math.random()));
  }

  build() {
    const { texts } = this;
    this.name = createElement("input");
    Object.assign(this.name, {
      value: localStore.get(NAME) ?? "",
      placeholder: texts.name,
      maxLength: 24,
      autocomplete: "nickname",
    });
    this.name.setAttribute("aria-label", texts.name);
    this.name.addEventListener("change", () => {
      localStore.set(NAME, this.name.value);
      this.link.send({ name: this.name.value });
    });
    const title = createElement("h1", "", fillIn(texts.title, { code: this.code }));
    this.state = createElement("p", "state");
    this.state.setAttribute("role", "status");
    this.paper = new DrawingSurface();
    this.paper.canvas.setAttribute("role", "img");
    this.paper.canvas.setAttribute("aria-label", texts.pad);
    this.pen = new SurfacePen(this.paper, {
      canDraw: () => this.mayDraw,
      onPoints: (piece) => this.drew(piece),
      onLift: () => this.flush(),
    });
    this.hint = createElement("p", "hint", texts.hint);
    this.undo = this.button(texts.undo, () => this.change({ undo: true }, this.paper.strokes.slice(0, -1)));
    this.clear = this.button(texts.clear, () => this.change({ clear: true }, []));
    this.read = createElement("output", "read");
    this.choices = CHOICES.map((value) => this.choice(value));
    this.question = createElement("fieldset", "question", createElement("legend", "", texts.question), ...this.choices);
    this.session = createElement("a", "button session", texts.session);
    const sheet = createElement("div", "sheet", this.paper.canvas, this.hint);
    const tools = createElement("div", "tools", this.read, this.undo, this.clear);
    this.root.replaceChildren(
      createElement("header", "", title, this.name),
      this.state,
      sheet,
      tools,
      this.question,
      this.session,
    );
    this.root.append(createElement("p", "kept", texts.kept));
    this.root.dataset.stage = "room";
    this.tell("connecting");
    this.show();
  }

  button(text, action) {
    const button = createElement("button", "button", text);
    button.type = "button";
    button.addEventListener("click", action);
    return button;
  }

  choice(value) {
    const button = createElement("button", "button", value === "x" ? this.texts.no_digit : value);
    button.type = "button";
    button.dataset.value = value;
    button.addEventListener("click", () => {
      this.vote = { round: this.room.round.number, value };
      this.link.send({ vote: this.vote });
      this.show();
    });
    return button;
  }

  get mayDraw() {
    return this.room?.draw ?? true;
  }

  hello() {
    const strokes = this.paper.strokes.filter((stroke) => stroke.length);
    this.waiting = [];
    this.pen.cancelStroke();
    return { hello: "guest", key: ownKey(), name: this.name.value, drawing: this.drawing ?? null, strokes };
  }

  drew(piece) {
    this.waiting.push(piece);
    this.sending ??= setTimeout(() => this.flush(), this.room?.pace > 8 ? this.room.pace : 0);
    this.paint();
  }

  flush() {
    clearTimeout(this.sending);
    this.sending = null;
    if (this.waiting.length === 0) return;
    const ink = this.waiting;
    this.waiting = [];
    this.link.send({ ink });
  }

  change(message, strokes) {
    if (!this.mayDraw || this.pen.drawing) return;
    this.flush();
    this.paper.setStrokes(strokes);
    this.link.send(message);
    this.paint();
  }

  heard(message) {
    if (message.room) this.room = message.room;
    if (message.drawing) this.drawing = message.drawing;
    if (message.ink) {
      this.pen.cancelStroke();
      this.waiting = [];
      this.paper.setStrokes(applyDrawingUpdate(this.paper.strokes, message.ink));
    }
    if ("reading" in message) this.reading = message.reading;
    if (this.vote && !this.vote.sent && this.vote.round === this.room?.round?.number && !this.room.vote) {
      this.link.send({ vote: this.vote });
      this.vote.sent = true;
    }
    this.show();
  }

  paint() {
    this.frame ??= requestAnimationFrame(() => {
      this.frame = null;
      this.paper.paint();
      const empty = this.paper.strokes.length === 0;
      setHidden(this.hint, !empty || !this.mayDraw);
      this.undo.disabled = this.clear.disabled = empty || !this.mayDraw;
    });
  }

  show() {
    const { texts, room } = this;
    const asked = room?.round;
    this.question.hidden = !asked?.open;
    for (const button of this.choices) {
      const chosen = this.vote?.round === asked?.number && this.vote?.value === button.dataset.value;
      button.setAttribute("aria-pressed", String(chosen));
    }
    this.read.textContent = this.reading?.text ? fillIn(texts.read, { text: this.reading.text }) : "";
    this.session.hidden = !room?.session;
    if (room?.session) this.session.href = `/present?show=${encodeURIComponent(room.session)}`;
    this.root.toggleAttribute("data-locked", !this.mayDraw);
    if (room && this.link?.connected) this.tell(this.stateNow());
    this.paint();
  }

  stateNow() {
    const { room } = this;
    if (!room.presenter) return "no_presenter";
    if (room.pen === "you") return "your_pen";
    if (room.pen === "all") return room.round?.kind === "fool" ? "fool" : "all";
    return room.pen === "nobody" ? "locked" : "others_pen";
  }

  // A gateway may lead a phone astray while the presenter's replica is too slow to take it.
  async look() {
    if (this.room?.presenter !== false) return;
    const there = await this.link.fetchPresence();
    if (there?.screens && !this.room.presenter) this.link.reconnect();
  }

  tell(state) {
    if (!state) return;
    this.state.dataset.state = state;
    this.state.textContent = this.texts[state];
  }

  end(why) {
    clearInterval(this.looking);
    this.root.dataset.stage = "ended";
    const again = createElement("button", "button", this.texts.again);
    again.addEventListener("click", () => askForCode(this.root, this.texts, why === "unknown" ? this.code : ""));
    this.root.replaceChildren(
      createElement("h1", "", "Inkling"),
      createElement("p", "", this.texts[`ended_${why}`]),
      again,
    );
  }
}

function askForCode(root, texts, before = "") {
  root.dataset.stage = "ask";
  const input = createElement("input");
  Object.assign(input, {
    value: before,
    maxLength: 9,
    autocapitalize: "characters",
    autocomplete: "off",
    spellcheck: false,
    id: "code",
  });
  const label = createElement("label", "", texts.code);
  label.htmlFor = "code";
  const form = createElement("form", "", label, input, createElement("button", "button", texts.enter));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const code = input.value.replace(/\s/g, "").toUpperCase();
    if (!code) return;
    const address = new URL(window.location.href);
    address.searchParams.set("room", code);
    history.replaceState(null, "", address);
    new Guest(root, texts, code);
  });
  root.replaceChildren(createElement("h1", "", "Inkling"), form);
  input.focus();
}

const query = new URLSearchParams(window.location.search);
const language = (query.get("lang") ?? navigator.language).toLowerCase().startsWith("zh") ? "zh" : "en";
document.documentElement.lang = language;
const texts = JSON.parse(document.querySelector("#texts").textContent)[language];
document.title = texts.page;
const main = document.querySelector("main");
const asked = (query.get("room") ?? "").replace(/[^0-9A-Za-z]/g, "").toUpperCase();
if (asked) new Guest(main, texts, asked);
else askForCode(main, texts);
