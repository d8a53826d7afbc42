// The presenter's end of a room: who is in it, their ink and readings, what the presenter has set.

import { applyDrawingUpdate } from "../shared/drawing_surface.js";
import { PRESENCE_INTERVAL, RoomLink } from "../shared/room_link.js";

const KEPT = "inkling.presented"; // this tab's room, so that it outlives a reload
const LASTS = 23 * 3600_000; // ms that a room can be presented

export async function openRoom() {
  const kept = JSON.parse(sessionStorage.getItem(KEPT) ?? "null");
  if (kept && Date.now() - kept.opened < LASTS) return kept;
  const answer = await fetch("/api/rooms", { method: "POST" });
  if (!answer.ok) throw new Error(`no room: ${answer.status}`);
  return { ...(await answer.json()), opened: Date.now() };
}

export class PresentedRoom {
  // opened: as POST /rooms answers. tell(part, ids): called after each change.
  constructor(opened, tell) {
    Object.assign(this, opened, { tell });
    this.members = new Map();
    this.removed = new Set(opened.removed);
    this.settings = opened.settings ?? { pen: "all", closed: false, hush: false, round: null, done: false };
    this.keep();
    this.lastAnswer = Promise.resolve();
    this.answered = () => {};
    this.link = new RoomLink(this.code, {
      createHello: () => this.hello(),
      onMessage: (message) => this.heard(message),
      onConnectionChange: () => tell("link"),
      onEnd: (why) => this.ended(why),
    });
    this.looking = setInterval(() => this.look(), PRESENCE_INTERVAL);
  }

  keep() {
    const { code, session, token, opened, settings, rounds, scene } = this;
    const kept = { code, session, token, opened, settings, rounds, scene, removed: [...this.removed] };
    sessionStorage.setItem(KEPT, JSON.stringify(kept));
  }

  hello() {
    const pads = {};
    for (const [id, { strokes, drawing }] of this.members) {
      if (id.startsWith("screen")) pads[id] = { strokes, drawing };
    }
    this.answered(null);
    return {
      hello: "presenter",
      token: this.token,
      settings: this.settings,
      known: [...this.members.keys()],
      removed: [...this.removed],
      pads,
    };
  }

  ended(why) {
    sessionStorage.removeItem(KEPT);
    this.tell("ended", why);
  }

  heard({ room, members = {}, ink = {}, readings = {}, votes = {}, ...notes }) {
    if (room) {
      this.replica = room.replica;
      this.stale = new Set(this.members.keys());
    }
    for (const [id, news] of Object.entries(members)) {
      if (news) Object.assign(this.member(id), news);
      else this.members.delete(id);
      this.stale?.delete(id);
    }
    for (const [id, news] of Object.entries(ink)) {
      const member = this.member(id);
      member.strokes = applyDrawingUpdate(member.strokes, news);
      if (news.all) member.edition += 1;
    }
    for (const [id, reading] of Object.entries(readings)) this.member(id).reading = reading;
    if ("read" in notes) this.answered(notes.read);
    if (room) {
      // Whoever has not come back yet is shown as away until they do.
      for (const id of this.stale) if (this.members.has(id)) this.members.get(id).away = true;
      this.watch(this.watched ?? []);
      this.tell("room");
    }
    if (Object.keys(members).length) this.tell("members", Object.keys(members));
    if (Object.keys(ink).length) this.tell("ink", Object.keys(ink));
    if (Object.keys(readings).length) this.tell("readings", Object.keys(readings));
    for (const [id, vote] of Object.entries(votes)) this.tell("vote", [id, vote]);
    if ("trouble" in notes) this.tell("trouble", notes.trouble);
    if (notes.labelled) this.tell("labelled", notes.labelled);
  }

  member(id) {
    if (!this.members.has(id)) {
      this.members.set(id, { id, name: "", away: false, strokes: [], edition: 0, reading: null });
    }
    return this.members.get(id);
  }

  get guests() {
    return [...this.members.values()].filter(({ id }) => !id.startsWith("screen"));
  }

  set(settings) {
    Object.assign(this.settings, settings);
    this.keep();
    this.link.send({ do: "settings", settings: this.settings });
    this.tell("settings");
  }

  watch(members) {
    this.watched = members;
    this.link.send({ do: "watch", members });
  }

  remove(id) {
    this.removed.add(id);
    this.keep();
    this.link.send({ do: "remove", member: id });
  }

  // What is read in this ink, which is nobody's; null where the link is down. One after the other.
  ask(strokes) {
    const answer = this.lastAnswer.then(
      () =>
        new Promise((answered) => {
          this.answered = answered;
          if (!this.link.send({ do: "read", strokes })) answered(null);
        }),
    );
    this.lastAnswer = answer;
    return answer;
  }

  // A replica that came back may be where the gateway now leads newcomers: then all move there.
  async look() {
    const there = await this.link.fetchPresence();
    if (there?.replica && this.replica && there.replica !== this.replica) this.link.send({ do: "move" });
  }

  destroy() {
    clearInterval(this.looking);
    this.link.destroy();
  }
}
