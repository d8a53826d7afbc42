// Moves over time on the first view: what is played, and what is laid over the ink.

import { beginning, paintFilters, paintHeat, paintMorph } from "./animations.js";
import { Layout } from "./layout.js";
import { STEPS } from "./steps.js";

const SLOW = 7000; // ms of a replay
const MORPH = 4200; // ms
const DEMO = [
  [
    [250, 180],
    [480, 165],
    [740, 180],
    [700, 300],
    [600, 500],
    [510, 700],
    [450, 880],
  ],
];
const TIP = 9000; // ms in which a one becomes a seven
const ONE_TO_SEVEN = (share) => [
  [
    [690 - share * 420, 200],
    [690, 190],
    [600, 520],
    [530, 870],
  ],
];

// The stage is one of these: it has a room, a focus and a step.
export class Mover extends Layout {
  // The ink in focus, or a drawing of ours where there is none to show.
  async subject() {
    const member = this.member(this.focus);
    if (member.strokes.length && member.reading?.digits?.length) return [member.strokes, member.reading];
    const reading = await this.room.ask(DEMO);
    return [DEMO, reading];
  }

  // A one grows the roof of a seven: the bars tip over.
  tip() {
    this.play(TIP, (share) => ONE_TO_SEVEN(share));
  }

  async replay() {
    this.showing = this.replaying = true;
    const scene = Symbol("subject");
    this.playing = scene;
    const [strokes] = await this.subject();
    if (this.playing === scene) this.play(SLOW, (share) => beginning(strokes, share));
  }

  // Show ink that changes with time, and what is read in it meanwhile.
  play(length, inkAt) {
    const scene = Symbol("play");
    this.playing = scene;
    const [view] = this.views;
    let strokes = [];
    this.showing = this.replaying = true;
    this.animate(length, scene, (share) => {
      strokes = inkAt(share);
      view.paper.setStrokes(strokes);
      view.paper.paint();
    });
    const follow = async () => {
      let shown = null;
      while (this.playing === scene) {
        const asked = strokes;
        if (asked === shown || asked.length === 0) {
          await new Promise((done) => setTimeout(done, 30));
          continue;
        }
        const reading = await this.room.ask(asked);
        if (this.playing !== scene) return;
        shown = asked;
        view.show(reading, this.texts);
      }
    };
    follow();
  }

  async morph() {
    const scene = Symbol("morph");
    this.playing = scene;
    const [view] = this.views;
    this.showing = true;
    const [strokes, reading] = await this.subject();
    if (this.playing !== scene || !reading?.digits?.length) return;
    this.lent = reading;
    this.soon(["all"]);
    view.paper.canvas.style.opacity = 0;
    this.animate(MORPH, scene, (share) => paintMorph(view.over, strokes, reading.digits[0], share));
  }

  // A still picture over the ink: heat, or what the first filters find.
  async still() {
    const scene = Symbol("still");
    this.playing = scene;
    const [strokes, reading] = await this.subject();
    if (this.playing !== scene) return;
    if (strokes === DEMO) {
      this.showing = "demo";
      this.lent = reading;
      this.views[0].paper.setStrokes(strokes);
    }
    this.soon(["all"]);
    this.paintOver();
  }

  paintOver() {
    const [view] = this.views;
    const reading = this.lent ?? this.member(this.focus).reading;
    const name = STEPS[this.step];
    if (!reading?.digits?.length) view.wipeOver();
    else if (name === "tour2") {
      view.paper.canvas.style.opacity = 0;
      paintFilters(view.over, reading.digits[0]);
    } else if (name === "heat" || name === "tour3") paintHeat(view.over, view.paper.strokes, reading.digits);
  }

  animate(length, scene, paint) {
    if (matchMedia("(prefers-reduced-motion: reduce)").matches) {
      paint(1);
      return;
    }
    const begun = performance.now();
    const step = () => {
      if (this.playing !== scene) return;
      const share = Math.min(1, (performance.now() - begun) / length);
      paint(share);
      if (share < 1) requestAnimationFrame(step);
    };
    requestAnimationFrame(step);
  }

  // End whatever move was being shown.
  rest() {
    this.playing = this.showing = this.replaying = null;
    this.lent = null;
    for (const view of this.views) view.wipeOver();
  }
}
