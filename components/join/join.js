// A guest's phone: draws on the presenter's screen, answers their questions.

const KEY = "inkling.guest"; // of this browser: what the room knows us by
const NAME = "inkling.name";
const CHOICES = [..."0123456789", "x"];

// Storage may be forbidden; then the phone is another guest after each reload.
const remembered = (name) => {
  try {
    return localStorage.getItem(name);
  } catch {
    return null;
  }
};
const remember = (name, value) => {
  try {
    localStorage.setItem(name, value);
  } catch {
    // nothing is remembered
  }
};

function ownKey() {
  let key = remembered(KEY);
  if (!key) {
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    key = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
    remember(KEY, key);
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
      hello: () => this.hello(),
      heard: (message) => this.heard(message),
      changed: (connected) => this.tell(connected ? null : "lost"),
      ended: (why) => this.end(why),
    });
    this.looking = setInterval(() => this.look(), LOOK * (0.8 + 0.4 * Math.random()));
  }

  build() {
    const { texts } = this;
    this.name = make("input");
    Object.assign(this.name, { value: remembered(NAME) ?? "", placeholder: texts.name, maxLength: 24, autocomplete: "nickname" });
    this.name.setAttribute("aria-label", texts.name);
    this.name.addEventListener("change", () => {
      remember(NAME, this.name.value);
      this.link.send({ name: this.name.value });
    });
    const title = make("h1", "", fillIn(texts.title, { code: this.code }));
    this.state = make("p", "state");
    this.state.setAttribute("role", "status");
    this.paper = new Paper();
    this.paper.canvas.setAttribute("role", "img");
    this.paper.canvas.setAttribute("aria-label", texts.pad);
    this.pen = new RoomPen(this.paper, {
      allowed: () => this.mayDraw,
      drew: (piece) => this.drew(piece),
      lifted: () => this.flush(),
    });
    this.hint = make("p", "hint", texts.hint);
    this.undo = this.button(texts.undo, () => this.change({ undo: true }, this.paper.strokes.slice(0, -1)));
    this.clear = this.button(texts.clear, () => this.change({ clear: true }, []));
    this.read = make("output", "read");
    this.choices = CHOICES.map((value) => this.choice(value));
    this.question = make("fieldset", "question", make("legend", "", texts.question), ...this.choices);
    this.session = make("a", "button session", texts.session);
    const sheet = make("div", "sheet", this.paper.canvas, this.hint);
    const tools = make("div", "tools", this.read, this.undo, this.clear);
    this.root.replaceChildren(make("header", "", title, this.name), this.state, sheet, tools, this.question, this.session);
    this.root.append(make("p", "kept", texts.kept));
    this.root.dataset.stage = "room";
    this.tell("connecting");
    this.show();
  }

  button(text, action) {
    const button = make("button", "button", text);
    button.type = "button";
    button.addEventListener("click", action);
    return button;
  }

  choice(value) {
    const button = make("button", "button", value === "x" ? this.texts.no_digit : value);
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
    this.pen.drop();
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
    if (!this.mayDraw || this.pen.pointer !== null) return;
    this.flush();
    this.paper.set(strokes);
    this.link.send(message);
    this.paint();
  }

  heard(message) {
    if (message.room) this.room = message.room;
    if (message.drawing) this.drawing = message.drawing;
    if (message.ink) {
      this.pen.drop();
      this.waiting = [];
      this.paper.set(withNews(this.paper.strokes, message.ink));
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
      hide(this.hint, !empty || !this.mayDraw);
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
    const there = await this.link.presence();
    if (there?.screens && !this.room.presenter) this.link.comeAgain();
  }

  tell(state) {
    if (!state) return;
    this.state.dataset.state = state;
    this.state.textContent = this.texts[state];
  }

  end(why) {
    clearInterval(this.looking);
    this.root.dataset.stage = "ended";
    const again = make("button", "button", this.texts.again);
    again.addEventListener("click", () => askForCode(this.root, this.texts, why === "unknown" ? this.code : ""));
    this.root.replaceChildren(make("h1", "", "Inkling"), make("p", "", this.texts[`ended_${why}`]), again);
  }
}

function askForCode(root, texts, before = "") {
  root.dataset.stage = "ask";
  const input = make("input");
  Object.assign(input, { value: before, maxLength: 9, autocapitalize: "characters", autocomplete: "off", spellcheck: false, id: "code" });
  const label = make("label", "", texts.code);
  label.htmlFor = "code";
  const form = make("form", "", label, input, make("button", "button", texts.enter));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const code = input.value.replace(/\s/g, "").toUpperCase();
    if (!code) return;
    const address = new URL(window.location.href);
    address.searchParams.set("room", code);
    history.replaceState(null, "", address);
    new Guest(root, texts, code);
  });
  root.replaceChildren(make("h1", "", "Inkling"), form);
  input.focus();
}

const query = new URLSearchParams(window.location.search);
const language = (query.get("lang") ?? navigator.language).toLowerCase().startsWith("zh") ? "zh" : "en";
document.documentElement.lang = language;
document.title = TEXTS[language].page;
const main = document.querySelector("main");
const asked = (query.get("room") ?? "").replace(/[^0-9A-Za-z]/g, "").toUpperCase();
if (asked) new Guest(main, TEXTS[language], asked);
else askForCode(main, TEXTS[language]);
