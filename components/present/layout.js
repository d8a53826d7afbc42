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
    this.crowd = new Crowd((id) => this.refocus(id));
    this.caption = element("div", "caption", element("h2"), element("p"));
    this.caption.setAttribute("aria-live", "polite");
    this.samples = element("div", "samples");
    this.picture = element("canvas", "poster");
    this.picture.setAttribute("role", "img");
    this.download = element("a", "button");
    this.address = element("a", "address");
    this.endCode = element("img", "qr");
    this.ending = element("section", "ending", this.picture, element("div", "ways", this.endCode, element("div", "", this.address, this.download)));
    this.qr = element("img", "qr");
    this.code = element("b", "code");
    this.where = element("p", "where");
    this.count = element("p", "count");
    this.warning = element("p", "warning");
    this.invitation = element("section", "invitation", this.qr, element("div", "", this.where, this.code, this.count, this.warning));
    this.corner = element("aside", "corner");
    this.sign = element("p", "sign");
    this.sign.setAttribute("role", "status");
    this.bar = element("nav", "bar");
    this.help = element("dialog", "help");
    this.scene = element("div", "scene", this.invitation, ...this.views.map((view) => view.node), this.crowd.node, this.samples, this.ending);
    this.node = element("main", "stage", this.caption, this.scene, this.corner, this.sign, this.bar, this.help, element("div", "blackness"));
    root.append(this.node);
  }

  update({ texts, language, sheet, show }) {
    const other = language !== this.language;
    Object.assign(this, { texts, language, sheet });
    this.node.lang = language;
    if (!other) return;
    this.samples.replaceChildren(...Array.from({ length: 20 }, (_, place) => {
      const tile = element("i");
      tile.style.backgroundImage = `url(${sheet})`;
      tile.style.backgroundPosition = `${((place % 10) / 9) * 100}% ${Math.floor(place / 10) * 100}%`;
      return tile;
    }));
    const exit = element("a", "button", texts.exit);
    exit.href = "/";
    this.bar.setAttribute("aria-label", texts.bar);
    this.bar.replaceChildren(...BUTTONS.map((action) => this.button(action)), exit);
    this.help.setAttribute("aria-label", texts.help);
    const rows = HELP.map(([action, key]) => element("li", "", element("kbd", "", key), this.button(action, texts[`do_${action}`])));
    const close = element("button", "button", texts.close_help);
    close.addEventListener("click", () => this.help.close());
    this.help.replaceChildren(element("h2", "", texts.help), element("ul", "", ...rows), element("p", "", texts.help_digits), close);
    for (const view of this.views) {
      view.paper.canvas.setAttribute("role", "img");
      view.paper.canvas.setAttribute("aria-label", texts.pad);
      view.over.setAttribute("aria-hidden", "true");
    }
    this.showInvitation();
    if (this.room) this.go(this.step);
  }

  button(action, text = this.texts[`do_${action}`]) {
    const button = element("button", "button", text);
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
    this.qr.alt = fill(texts.qr, { address });
    say(this.code, room.code);
    say(this.where, fill(texts.where, { address: `${window.location.host}/join` }));
    const local = ["localhost", "127.0.0.1", "[::1]"].includes(window.location.hostname);
    say(this.warning, local ? texts.local : "");
    const small = element("img", "qr");
    small.src = source;
    small.alt = "";
    this.corner.replaceChildren(small, element("b", "", room.code), element("span"));
    this.countGuests();
  }

  countGuests() {
    const here = this.room.guests.filter(({ away }) => !away).length;
    say(this.count, here === 0 ? this.texts.nobody : here === 1 ? this.texts.one : fill(this.texts.people, { count: here }));
    say(this.corner.lastElementChild, here ? `${here}` : "");
  }
}
