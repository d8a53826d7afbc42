// Animations on the first drawing view: replays, a one that becomes a seven, explanations of the prediction.

import { EXAMPLE_SEVEN, oneToSeven, takeFirstPoints } from "./example_strokes.js";
import { paintHeat, paintMorph } from "./explanation_overlays.js";

/** @import { Stroke, Texts } from "../shared/types.d.ts" */
/** @import { RoomPrediction } from "../shared/room_types.d.ts" */
/** @import { DrawingView } from "./drawing_view.js" */
/** @import { Member, MemberPrediction } from "./presenter_room.js" */
/** @import { Scene } from "./scenes.js" */

const REPLAY_TIME = 7000; // ms
const MORPH_TIME = 4200;
const ONE_TO_SEVEN_TIME = 9000;
const NEXT_STROKES = 30; // ms to wait for strokes that have no prediction yet

export class Animations {
  /**
   * @param {DrawingView} view
   * @param {object} source
   * @param {() => Member} source.getMember in focus
   * @param {() => Texts} source.getTexts
   * @param {(strokes: Stroke[]) => Promise<RoomPrediction | null>} source.predict
   * @param {() => void} source.onChange what the view has to show has changed
   */
  constructor(view, { getMember, getTexts, predict, onChange }) {
    this.view = view;
    this.getMember = getMember;
    this.getTexts = getTexts;
    this.predict = predict;
    this.onChange = onChange;
    /** @type {Scene} */
    this.scene = "join";
    /** @type {symbol | null} unique for each animation, so that a replaced one can stop itself */
    this.current = null;
    this.replacesDrawing = false; // the view shows strokes, or an overlay, that are not the member's
    this.replacesPrediction = false; // the view's prediction follows the animation
    /** @type {MemberPrediction | null | undefined} shown instead of the member's; undefined: the member's */
    this.prediction = undefined;
  }

  /**
   * Start the animation of a scene.
   * @param {Scene} scene
   */
  start(scene) {
    this.stop();
    this.scene = scene;
    if (scene === "slow") this.replay();
    if (scene === "sees" || scene === "tour1") this.morph();
    if (["heat", "tour2", "tour3", "tour4"].includes(scene)) this.explain();
    if (scene === "tour6") this.play(ONE_TO_SEVEN_TIME, oneToSeven);
  }

  /** End any animation and show the member's drawing again. */
  stop() {
    this.current = null;
    this.replacesDrawing = this.replacesPrediction = false;
    this.prediction = undefined;
    this.view.clearOverlay();
  }

  /** @param {Member | undefined} member */
  predictionOf(member) {
    return this.prediction === undefined ? (member?.prediction ?? null) : this.prediction;
  }

  begin() {
    this.current = Symbol("animation");
    return this.current;
  }

  /**
   * Return the drawing in focus with its prediction, or an example if there is none.
   * @returns {Promise<{ strokes: Stroke[], prediction: MemberPrediction | null, example?: RoomPrediction | null }>}
   */
  async findSubject() {
    const { strokes, prediction } = this.getMember();
    if (strokes.length && prediction?.digits?.length) return { strokes, prediction };
    const example = await this.predict(EXAMPLE_SEVEN);
    return { strokes: EXAMPLE_SEVEN, prediction: example, example };
  }

  /** Draw the drawing once more, slowly. */
  async replay() {
    this.replacesDrawing = this.replacesPrediction = true;
    const animation = this.begin();
    const { strokes } = await this.findSubject();
    if (this.current === animation) this.play(REPLAY_TIME, (share) => takeFirstPoints(strokes, share));
  }

  /**
   * Show strokes that change with time, and their predictions.
   * @param {number} duration ms
   * @param {(progress: number) => Stroke[]} strokesAt
   */
  play(duration, strokesAt) {
    const animation = this.begin();
    const { surface } = this.view;
    this.replacesDrawing = this.replacesPrediction = true;
    /** @type {Stroke[]} */
    let strokes = [];
    this.animate(duration, animation, (progress) => {
      strokes = strokesAt(progress);
      surface.setStrokes(strokes);
      surface.paint();
    });
    this.followPredictions(animation, () => strokes);
  }

  /**
   * Show the prediction of the newest strokes, as fast as the server answers.
   * @param {symbol} animation
   * @param {() => Stroke[]} getStrokes
   */
  async followPredictions(animation, getStrokes) {
    /** @type {Stroke[] | null} */
    let predicted = null;
    while (this.current === animation) {
      const strokes = getStrokes();
      if (strokes === predicted || strokes.length === 0) {
        await new Promise((resolve) => setTimeout(resolve, NEXT_STROKES));
        continue;
      }
      const prediction = await this.predict(strokes);
      if (this.current !== animation) return;
      predicted = strokes;
      this.view.showPrediction(prediction, this.getTexts());
    }
  }

  /** Show how the drawing becomes the network's input. */
  async morph() {
    const animation = this.begin();
    this.replacesDrawing = true;
    const { strokes, prediction } = await this.findSubject();
    const digit = prediction?.digits?.[0];
    if (this.current !== animation || !digit) return;
    this.prediction = prediction;
    this.onChange();
    this.view.hideDrawing();
    this.animate(MORPH_TIME, animation, (progress) => paintMorph(this.view.overlay, strokes, digit, progress));
  }

  /** Show the scene's overlay on the member's drawing, or on an example, which is not painted over. */
  async explain() {
    const animation = this.begin();
    const { strokes, example } = await this.findSubject();
    if (this.current !== animation) return;
    if (example !== undefined) {
      this.replacesDrawing = true;
      this.prediction = example;
      this.view.surface.setStrokes(strokes);
    }
    this.onChange();
    this.paintOverlay();
  }

  /** Paint the heat map again: the drawing or its prediction has changed. */
  updateHeat() {
    if (this.scene === "heat") this.paintOverlay();
  }

  /** Whether the heat map would be shown, but the model does not tell it. */
  get lacksHeat() {
    const digits = this.predictionOf(this.getMember())?.digits ?? [];
    return this.scene === "heat" && digits.some(({ heat }) => heat === null);
  }

  paintOverlay() {
    const { scene, view } = this;
    const digits = this.predictionOf(this.getMember())?.digits ?? [];
    if (digits.length === 0) view.clearOverlay();
    else if (scene === "heat") paintHeat(view.overlay, view.surface.strokes, digits);
  }

  /**
   * Call `paint` with 0 to 1 in each frame; once with 1 for people who want no motion.
   * @param {number} duration ms
   * @param {symbol} animation
   * @param {(progress: number) => void} paint
   */
  animate(duration, animation, paint) {
    if (window.matchMedia("(prefers-reduced-motion: reduce)").matches) {
      paint(1);
      return;
    }
    const begun = performance.now();
    const paintFrame = () => {
      if (this.current !== animation) return;
      const progress = Math.min(1, (performance.now() - begun) / duration);
      paint(progress);
      if (progress < 1) requestAnimationFrame(paintFrame);
    };
    requestAnimationFrame(paintFrame);
  }
}
