// The big screen: one scene at a time, driven by keys, a remote or the quiet bar at its foot.

import { defineComponent } from "../shared/component.js";
import { fillIn, setText } from "../shared/dom.js";
import { actionFor } from "./keys.js";
import { openRoom, PresentedRoom } from "./presented_room.js";
import { Asker } from "./round_control.js";
import { Rounds } from "./rounds.js";
import { Album, showPoster } from "./session_page.js";
import { STEPS } from "./steps.js";

const QUIET = 3000; // ms without the mouse after which the bar goes

class Stage extends Asker {
  constructor(root) {
    super();
    this.stop = new AbortController();
    this.step = 0;
    this.focus = "screen1";
    this.rounds = new Rounds(null);
    this.dirty = new Set();
    this.build(root);
    const options = { capture: true, signal: this.stop.signal };
    window.addEventListener("keydown", (event) => this.key(event), options);
    for (const type of ["pointermove", "pointerdown"])
      window.addEventListener(type, (event) => this.pointed(event), options);
    document.addEventListener("visibilitychange", () => this.keepAwake(), options);
    this.keepAwake();
    this.open();
  }

  async open() {
    while (!this.room && !this.stop.signal.aborted) {
      try {
        const opened = await openRoom();
        if (this.stop.signal.aborted) return;
        this.rounds = new Rounds(opened.rounds);
        this.step = Math.max(0, STEPS.indexOf(opened.scene));
        this.room = new PresentedRoom(opened, (part, detail) => this.told(part, detail));
      } catch {
        await new Promise((done) => setTimeout(done, 1000));
      }
    }
    this.member("screen1");
    this.member("screen2");
    this.showInvitation();
    this.refocus("screen1");
    this.go(this.step, true);
  }

  // No screen saver in the middle of a talk. Browsers grant it only to pages of this machine or by HTTPS.
  async keepAwake() {
    if (document.hidden) return;
    try {
      await navigator.wakeLock?.request("screen");
    } catch {
      // the talk goes on without
    }
  }

  member(id) {
    return this.room.member(id);
  }

  // What the room tells: everything is painted in the next frame.
  told(part, detail) {
    if (!this.texts) return;
    const { room } = this;
    if (part === "ended") this.reopen();
    if (part === "vote") this.rounds.vote(...detail);
    if (part === "trouble") this.trouble = detail;
    if (part === "labelled") this.labelled();
    if (part === "members") this.membersChanged(detail);
    if (part === "ink") {
      for (const id of detail) this.inkChanged(id);
    }
    if (part === "link" || part === "trouble") {
      clearTimeout(this.signing);
      const lost = room && !room.link?.connected ? this.texts.lost : this.trouble ? this.texts.not_kept : "";
      this.signing = setTimeout(() => setText(this.sign, lost), lost ? 800 : 0);
      this.node.dataset.link = room?.link?.connected ? "up" : "down";
    }
    if (["members", "readings", "vote", "settings", "room"].includes(part))
      this.soon(part === "readings" ? detail : ["all"]);
  }

  async reopen() {
    this.room.destroy();
    this.room = null;
    await this.open();
  }

  membersChanged(ids) {
    for (const id of ids) {
      if (id.startsWith("screen")) continue;
      if (this.room.members.has(id)) this.crowd.tile(id);
      else this.crowd.drop(id);
    }
    const shown = this.views.map((view) => view.shows);
    if (shown.some((id) => id && !this.room.members.has(id))) this.refocus("screen1");
    this.countGuests();
  }

  inkChanged(id) {
    const member = this.room.members.get(id);
    this.follow(member);
    for (const [place, view] of this.views.entries()) {
      if (view.shows !== id) continue;
      if (view.edition !== member.edition) this.pens[place].cancelStroke();
      if (this.showing) continue;
      if (view.edition !== member.edition) view.paper.setStrokes(member.strokes);
      else view.paper.strokes = member.strokes;
      view.edition = member.edition;
    }
    this.soon([id]);
  }

  // Among everyone, whoever draws first is shown large until the presenter looks at somebody.
  follow({ id, strokes }) {
    const idle = this.focus === "screen1" && !this.chosen && this.member("screen1").strokes.length === 0;
    if (STEPS[this.step] === "everyone" && idle && strokes.length && !id.startsWith("screen")) this.refocus(id);
  }

  soon(ids) {
    for (const id of ids) this.dirty.add(id);
    this.frame ??= requestAnimationFrame(() => this.paint());
  }

  paint() {
    this.frame = null;
    const { room, texts, dirty } = this;
    if (!room) return;
    this.dirty = new Set();
    const all = dirty.has("all");
    const hush = this.hidden;
    for (const view of this.views) {
      if (!view.shows || !(all || dirty.has(view.shows))) continue;
      const member = room.members.get(view.shows);
      view.paper.paint();
      const own = view.shows.startsWith("screen");
      setText(view.name, member?.name || (own ? "" : texts.guest));
      setText(view.hint, own && !this.showing && !member?.strokes.length ? texts.hint : "");
      if (!this.replaying) view.show(this.lent ?? (this.showing === "demo" ? null : member?.reading), texts, hush);
      view.showVotes(this.rounds.current && !this.rounds.current.open ? this.rounds.counts : null);
    }
    if (STEPS[this.step] === "everyone") this.paintCrowd(dirty, all, hush);
    if (this.isRound) this.tellRound();
    if (STEPS[this.step] === "heat" || STEPS[this.step] === "tour3") this.paintOver();
    const points = {};
    for (const id of dirty)
      if (room.members.has(id))
        points[id] = room.members.get(id).strokes.reduce((sum, stroke) => sum + stroke.length, 0);
    document.dispatchEvent(new CustomEvent("inkling:painted", { detail: points }));
  }

  paintCrowd(dirty, all, hush) {
    const { room, texts, focus } = this;
    for (const [id, tile] of this.crowd.tiles) {
      if (!all && !dirty.has(id)) continue;
      const member = room.members.get(id);
      if (tile.edition !== member.edition || tile.paper.strokes !== member.strokes)
        tile.paper.setStrokes(member.strokes);
      tile.edition = member.edition;
      tile.paper.paint();
      this.crowd.describe(id, member, { focus, pen: room.settings.pen, texts, hush });
    }
  }

  drew(view, piece) {
    const member = this.member(view.shows);
    member.strokes = view.paper.strokes;
    this.room.link.send({ pad: member.id, ink: [piece] });
    this.soon([member.id]);
  }

  // The presenter looks at this one.
  choose(id) {
    this.chosen = true;
    this.refocus(id);
  }

  refocus(id) {
    this.focus = id;
    const others = this.circle.filter((other) => other !== id);
    const partner =
      id === "screen1" ? "screen2" : (others[this.circle.indexOf(id) % Math.max(1, others.length)] ?? "screen1");
    const shown = STEPS[this.step] === "pair" ? [id, partner] : [id, null];
    this.views.forEach((view, place) => {
      view.shows = shown[place];
      const member = view.shows && this.member(view.shows);
      view.edition = member?.edition;
      view.paper.setStrokes(member?.strokes ?? []);
      view.node.toggleAttribute("data-own", Boolean(view.shows?.startsWith("screen")));
    });
    this.room.watch(shown.filter(Boolean));
    this.soon(["all"]);
  }

  // The presenter's pad and all guests, in the order they came.
  get circle() {
    return ["screen1", ...this.room.guests.map(({ id }) => id)];
  }

  key(event) {
    const action = actionFor(event);
    if (!action || !this.room) return;
    if (this.help.open && event.key !== "?") return;
    event.preventDefault();
    event.stopPropagation();
    this.act(...action);
  }

  act(action, digit) {
    const { room } = this;
    const place = STEPS.indexOf(action === "tour" ? "tour1" : action);
    const turn = (by) => this.circle[(this.circle.indexOf(this.focus) + by + this.circle.length) % this.circle.length];
    const acts = {
      next: () => (this.closesRound() ? this.closeRound() : this.go(Math.min(this.step + 1, STEPS.length - 1))),
      back: () => this.go(Math.max(this.step - 1, 0)),
      nextGuest: () => this.choose(turn(1)),
      previousGuest: () => this.choose(turn(-1)),
      full: () =>
        document.fullscreenElement ? document.exitFullscreen() : document.documentElement.requestFullscreen?.(),
      black: () => this.node.toggleAttribute("data-black"),
      escape: () => this.node.toggleAttribute("data-black", false),
      light: () => this.lighten(),
      help: () => (this.help.open ? this.help.close() : this.help.showModal()),
      clear: () => this.clearFocus(),
      clearAll: () => this.confirmed("all") && this.clearAll(),
      undo: () => this.undo(),
      lock: () => room.set({ pen: room.settings.pen === "nobody" ? "all" : "nobody" }),
      all: () => room.set({ pen: "all" }),
      handOn: () => !this.focus.startsWith("screen") && room.set({ pen: this.focus }),
      handToNext: () => this.handToNext(),
      remove: () => this.remove(),
      close: () => room.set({ closed: !room.settings.closed }),
      digit: () => this.isRound && this.settle(digit),
    };
    if (acts[action]) acts[action]();
    else if (place >= 0) this.go(place, true);
    this.tellState(action);
  }

  // Quietly say what a key has changed.
  tellState(action) {
    const { pen, closed } = this.room.settings;
    const sentences = {
      lock: pen === "nobody" ? this.texts.said_locked : this.texts.said_all,
      all: this.texts.said_all,
      handOn: pen === this.focus ? this.texts.said_one : "",
      handToNext: this.texts.said_one,
      close: closed ? this.texts.said_closed : this.texts.said_open,
      remove: this.asked === this.focus ? this.texts.sure_remove : "",
      clearAll: this.asked === "all" ? this.texts.sure_clear : this.texts.said_cleared,
    };
    if (!sentences[action]) return;
    setText(this.sign, sentences[action]);
    clearTimeout(this.signing);
    this.signing = setTimeout(() => setText(this.sign, ""), 3000);
  }

  lighten() {
    const light = this.node.toggleAttribute("data-light");
    this.crowd.accentuate(light ? "#2f45c5" : "#93a5ff");
    for (const paper of [
      ...this.views.map((view) => view.paper),
      ...[...this.crowd.tiles.values()].map((tile) => tile.paper),
    ]) {
      paper.setColor(light ? "#1a1d29" : "#fff");
    }
    this.soon(["all"]);
  }

  clearFocus() {
    this.rest();
    if (this.focus.startsWith("screen")) this.padChange({ clear: true }, () => []);
    else this.room.link.send({ do: "clear", member: this.focus });
  }

  clearAll() {
    this.rest();
    this.padChange({ clear: true }, () => []);
    this.room.link.send({ do: "clear" });
  }

  undo() {
    if (this.focus.startsWith("screen")) this.padChange({ undo: true }, (strokes) => strokes.slice(0, -1));
  }

  padChange(message, change) {
    for (const view of this.views.filter((one) => one.shows?.startsWith("screen"))) {
      const member = this.member(view.shows);
      member.strokes = change(member.strokes);
      member.reading = null;
      view.paper.setStrokes(member.strokes);
      this.room.link.send({ pad: member.id, ...message });
    }
    this.soon(["all"]);
  }

  handToNext() {
    const guests = this.room.guests.filter(({ away }) => !away).map(({ id }) => id);
    if (guests.length === 0) return;
    const next = guests[(guests.indexOf(this.room.settings.pen) + 1) % guests.length];
    this.room.set({ pen: next });
    this.choose(next);
  }

  remove() {
    if (this.focus.startsWith("screen") || !this.confirmed(this.focus)) return;
    this.chosen = false;
    this.room.remove(this.focus);
  }

  // The first press asks, the second does.
  confirmed(what) {
    const again = this.asked === what;
    this.asked = again ? null : what;
    clearTimeout(this.asking);
    if (!again) this.asking = setTimeout(() => (this.asked = null), 3000);
    return again;
  }

  go(step, again = false) {
    const before = STEPS[this.step];
    this.step = step;
    const name = STEPS[step];
    this.room.scene = name;
    this.room.keep();
    this.rest();
    this.node.dataset.scene = name;
    this.node.toggleAttribute("data-tour", name.startsWith("tour"));
    this.tellCaption(
      name.startsWith("tour") ? this.texts[`${name}_title`] : "",
      name.startsWith("tour") ? this.texts[name] : "",
    );
    if (before !== name || again) this.leaveRound(name);
    this.refocus(this.focus);
    if (name === "slow") this.replay();
    if (name === "sees" || name === "tour1") this.morph();
    if (name === "tour2" || name === "heat" || name === "tour3" || name === "tour4") this.still();
    if (name === "tour6") this.tip();
    if (name === "end") this.finish();
    this.soon(["all"]);
  }

  tellCaption(title, text) {
    setText(this.caption.firstElementChild, title);
    setText(this.caption.lastElementChild, text);
    this.caption.hidden = !title && !text;
  }

  async finish() {
    const { room, texts } = this;
    room.set({ done: true, round: null, hush: false });
    const address = `${window.location.origin}/present?show=${room.session}`;
    this.address.href = address;
    setText(this.address, texts.link);
    this.endCode.src = `/api/rooms/${room.code}/qr.svg?address=${encodeURIComponent(address)}`;
    this.endCode.alt = fillIn(texts.qr, { address });
    const { fooled } = this.rounds.score;
    this.hard.hidden = fooled === 0;
    setText(this.hard, fillIn(texts.hard, { count: fooled }));
    await new Promise((done) => setTimeout(done, 1600)); // until what was drawn last is kept
    const began = await showPoster(this, room.session);
    this.hard.href = `/review?wrong=true&since=${encodeURIComponent(began)}`;
  }

  // Over a pad, and while something is drawn, the bar would only be in the way.
  pointed(event) {
    const onPad = event.composedPath().some((one) => one.matches?.("[data-own] .sheet"));
    if (event.type === "pointerdown" && onPad) this.node.toggleAttribute("data-awake", false);
    else if (!onPad && !(event.type === "pointermove" && event.buttons)) this.wakeBar();
  }

  wakeBar() {
    this.node.toggleAttribute("data-awake", true);
    clearTimeout(this.resting);
    this.resting = setTimeout(() => this.node.toggleAttribute("data-awake", false), QUIET);
  }

  destroy() {
    this.stop.abort();
    this.room?.destroy();
    this.crowd.destroy();
    clearTimeout(this.resting);
    clearTimeout(this.signing);
    clearTimeout(this.asking);
    cancelAnimationFrame(this.frame);
  }
}

export default defineComponent(({ parentElement, data: [{ show }] }) =>
  show ? new Album(parentElement) : new Stage(parentElement),
);
