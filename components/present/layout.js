// What stands on the big screen, in words and places; what it shows is the stage's.

import { createElement, fillIn, setText } from "../shared/dom.js";
import { SurfacePen } from "../shared/drawing_surface.js";
import { HELP } from "./keys.js";
import { Crowd } from "./participant_grid.js";
import { View } from "./view.js";

const BUTTONS = ["back", "next", "clear", "undo", "lock", "handOn", "remove", "full", "help"];

export class Layout {
  build(root) {
    this.views = [new View(), new View()];
    this.pens = this.views.map(
      (view) =>
        new SurfacePen(view.paper, {
          canDraw: () => this.room && view.shows?.startsWith("screen") && !this.showing,
          onPoints: (piece) => this.drew(view, piece),
        }),
    );
    this.crowd = new Crowd((id) => this.choose(id));
    this.caption = createElement("div", "caption", createElement("h2"), createElement("p"));
    this.caption.setAttribute("aria-live", "polite");
    this.samples = createElement("div", "samples");
    this.picture = createElement("canvas", "poster");
    this.picture.setAttribute("role", "img");
    this.download = createElement("a", "button");
    this.address = createElement("a", "address");
    this.endCode = createElement("img", "qr");
    this.hard = createElement("a", "address hard");
    this.ending = createElement(
      "section",
      "ending",
      this.picture,
      createElement("div", "ways", this.endCode, createElement("div", "", this.address, this.hard, this.download)),
    );
    this.qr = createElement("img", "qr");
    this.code = createElement("b", "code");
    this.where = createElement("p", "where");
    this.count = createElement("p", "count");
    this.warning = createElement("p", "warning");
    this.invitation = createElement(
      "section",
      "invitation",
      this.qr,
      createElement("div", "", this.where, this.code, this.count, this.warning),
    );
    this.corner = createElement("aside", "corner");
    this.sign = createElement("p", "sign");
    this.sign.setAttribute("role", "status");
    this.bar = createElement("nav", "bar");
    this.help = createElement("dialog", "help");
    this.scene = createElement(
      "div",
      "scene",
      this.invitation,
      ...this.views.map((view) => view.node),
      this.crowd.node,
      this.samples,
      this.ending,
    );
    this.node = createElement(
      "main",
      "stage",
      this.caption,
      this.scene,
      this.corner,
      this.sign,
      this.bar,
      this.help,
      createElement("div", "blackness"),
    );
    root.append(this.node);
  }

  update({ texts, language, sheet }) {
    const other = language !== this.language;
    Object.assign(this, { texts, language, sheet });
    this.node.lang = language;
    if (!other) return;
    this.samples.replaceChildren(
      ...Array.from({ length: 20 }, (_, place) => {
        const tile = createElement("i");
        tile.style.backgroundImage = `url(${sheet})`;
        tile.style.backgroundPosition = `${((place % 10) / 9) * 100}% ${Math.floor(place / 10) * 100}%`;
        return tile;
      }),
    );
    const exit = createElement("a", "button", texts.exit);
    exit.href = "/";
    this.bar.setAttribute("aria-label", texts.bar);
    this.bar.replaceChildren(...BUTTONS.map((action) => this.button(action)), exit);
    this.help.setAttribute("aria-label", texts.help);
    const rows = HELP.map(([action, key]) =>
      createElement("li", "", createElement("kbd", "", key), this.button(action, texts[`do_${action}`])),
    );
    const close = createElement("button", "button", texts.close_help);
    close.addEventListener("click", () => this.help.close());
    this.help.replaceChildren(
      createElement("h2", "", texts.help),
      createElement("ul", "", ...rows),
      createElement("p", "", texts.help_digits),
      close,
    );
    for (const view of this.views) {
      view.paper.canvas.setAttribute("role", "img");
      view.paper.canvas.setAttribute("aria-label", texts.pad);
      view.over.setAttribute("aria-hidden", "true");
    }
    this.showInvitation();
    if (this.room) this.go(this.step);
  }

  button(action, text = this.texts[`do_${action}`]) {
    const button = createElement("button", "button", text);
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
    setText(this.code, room.code);
    setText(this.where, fillIn(texts.where, { address: `${window.location.host}/join` }));
    const local = ["localhost", "127.0.0.1", "[::1]"].includes(window.location.hostname);
    setText(this.warning, local ? texts.local : "");
    const small = createElement("img", "qr");
    small.src = source;
    small.alt = "";
    this.corner.replaceChildren(small, createElement("b", "", room.code), createElement("span"));
    this.countGuests();
  }

  countGuests() {
    const here = this.room.guests.filter(({ away }) => !away).length;
    setText(
      this.count,
      here === 0 ? this.texts.nobody : here === 1 ? this.texts.one : fillIn(this.texts.people, { count: here }),
    );
    this.node.toggleAttribute("data-guests", here > 0);
    setText(this.corner.lastElementChild, here ? `${here}` : "");
  }
}
