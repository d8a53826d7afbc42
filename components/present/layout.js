// What stands on the big screen, in words and places; what it shows is the stage's.

const BUTTONS = ["back", "next", "clear", "undo", "lock", "handOn", "remove", "full", "help"];

class Layout {
  build(root) {
    this.views = [new View(), new View()];
    this.pens = this.views.map((view) => new RoomPen(view.paper, {
      allowed: () => this.room && view.shows?.startsWith("screen") && !this.showing,
      drew: (piece) => this.drew(view, piece),
      lifted: () => {},
    }));
    this.crowd = new Crowd((id) => this.choose(id));
    this.caption = make("div", "caption", make("h2"), make("p"));
    this.caption.setAttribute("aria-live", "polite");
    this.samples = make("div", "samples");
    this.picture = make("canvas", "poster");
    this.picture.setAttribute("role", "img");
    this.download = make("a", "button");
    this.address = make("a", "address");
    this.endCode = make("img", "qr");
    this.hard = make("a", "address hard");
    this.ending = make("section", "ending", this.picture, make("div", "ways", this.endCode, make("div", "", this.address, this.hard, this.download)));
    this.qr = make("img", "qr");
    this.code = make("b", "code");
    this.where = make("p", "where");
    this.count = make("p", "count");
    this.warning = make("p", "warning");
    this.invitation = make("section", "invitation", this.qr, make("div", "", this.where, this.code, this.count, this.warning));
    this.corner = make("aside", "corner");
    this.sign = make("p", "sign");
    this.sign.setAttribute("role", "status");
    this.bar = make("nav", "bar");
    this.help = make("dialog", "help");
    this.scene = make("div", "scene", this.invitation, ...this.views.map((view) => view.node), this.crowd.node, this.samples, this.ending);
    this.node = make("main", "stage", this.caption, this.scene, this.corner, this.sign, this.bar, this.help, make("div", "blackness"));
    root.append(this.node);
  }

  update({ texts, language, sheet, show }) {
    const other = language !== this.language;
    Object.assign(this, { texts, language, sheet });
    this.node.lang = language;
    if (!other) return;
    this.samples.replaceChildren(...Array.from({ length: 20 }, (_, place) => {
      const tile = make("i");
      tile.style.backgroundImage = `url(${sheet})`;
      tile.style.backgroundPosition = `${((place % 10) / 9) * 100}% ${Math.floor(place / 10) * 100}%`;
      return tile;
    }));
    const exit = make("a", "button", texts.exit);
    exit.href = "/";
    this.bar.setAttribute("aria-label", texts.bar);
    this.bar.replaceChildren(...BUTTONS.map((action) => this.button(action)), exit);
    this.help.setAttribute("aria-label", texts.help);
    const rows = HELP.map(([action, key]) => make("li", "", make("kbd", "", key), this.button(action, texts[`do_${action}`])));
    const close = make("button", "button", texts.close_help);
    close.addEventListener("click", () => this.help.close());
    this.help.replaceChildren(make("h2", "", texts.help), make("ul", "", ...rows), make("p", "", texts.help_digits), close);
    for (const view of this.views) {
      view.paper.canvas.setAttribute("role", "img");
      view.paper.canvas.setAttribute("aria-label", texts.pad);
      view.over.setAttribute("aria-hidden", "true");
    }
    this.showInvitation();
    if (this.room) this.go(this.step);
  }

  button(action, text = this.texts[`do_${action}`]) {
    const button = make("button", "button", text);
    button.dataset.action = action;
    button.addEventListener("click", () => {
      this.help.close();
      this.act(action);
    });
    return button;
  }

  showInvitation() {
    if (!this.room || !this.texts) return;
    const { texts, room } = this;
    const address = `${window.location.origin}/join?room=${room.code}`;
    const source = `/api/rooms/${room.code}/qr.svg?address=${encodeURIComponent(address)}`;
    this.qr.src = source;
    this.qr.alt = fillIn(texts.qr, { address });
    say(this.code, room.code);
    say(this.where, fillIn(texts.where, { address: `${window.location.host}/join` }));
    const local = ["localhost", "127.0.0.1", "[::1]"].includes(window.location.hostname);
    say(this.warning, local ? texts.local : "");
    const small = make("img", "qr");
    small.src = source;
    small.alt = "";
    this.corner.replaceChildren(small, make("b", "", room.code), make("span"));
    this.countGuests();
  }

  countGuests() {
    const here = this.room.guests.filter(({ away }) => !away).length;
    say(this.count, here === 0 ? this.texts.nobody : here === 1 ? this.texts.one : fillIn(this.texts.people, { count: here }));
    this.node.toggleAttribute("data-guests", here > 0);
    say(this.corner.lastElementChild, here ? `${here}` : "");
  }
}
