// Runs a presentation in one room: shows scenes, applies updates from the room, and executes key commands.

import { fillIn, setText } from "../shared/dom.js";
import { dealOut, nextTeams, rankTeams, TEAM_SIGNS, withTeam } from "../shared/teams.js";
import { createActions, describeEffect, describeRoom } from "./actions.js";
import { Animations } from "./animations.js";
import { Confirmation } from "./confirmation.js";
import { countPoints } from "./example_strokes.js";
import { Focus } from "./focus.js";
import { FrameQueue } from "./frame_queue.js";
import { isPad, PAD_IDS, PresenterRoom } from "./presenter_room.js";
import { RemoteControl } from "./remote_control.js";
import { RoundControl } from "./round_control.js";
import { findScene, looksInside } from "./scenes.js";

/** @import { PaintedEvent } from "../shared/types.d.ts" */
/** @import { AddedPoints } from "../shared/room_types.d.ts" */
/** @import { DrawingView } from "./drawing_view.js" */
/** @import { Action } from "./keyboard.js" */
/** @import { Layout } from "./layout.js" */
/** @import { Member, SavedRoom } from "./presenter_room.js" */
/** @import { Scene } from "./scenes.js" */

export class Presenter {
  /**
   * @param {Layout} layout
   * @param {SavedRoom} saved
   * @param {() => void} onEnd the room is over
   */
  constructor(layout, saved, onEnd) {
    this.layout = layout;
    this.scene = findScene(saved.scene);
    this.queue = new FrameQueue((ids, all) => this.paint(ids, all));
    this.room = this.openRoom(saved, onEnd);
    for (const pad of PAD_IDS) this.room.getMember(pad);
    this.focus = new Focus(this.room, layout.views);
    this.rounds = new RoundControl(this.room, this.focus, saved.rounds, () => this.queue.addAll());
    this.animations = new Animations(layout.views[0], {
      getMember: () => this.focus.member,
      getTexts: () => layout.texts,
      predict: (strokes) => this.room.predict(strokes),
      onChange: () => this.queue.addAll(),
    });
    this.confirmation = new Confirmation();
    /** @type {string | null} why drawings cannot be saved at the moment */
    this.saveError = null;
    this.actions = createActions(this);
    this.remote = new RemoteControl(this);
    layout.grid.clear();
    layout.showInvitation(this.room.code);
    this.showParticipants();
    this.showScene(this.scene, { restart: true });
  }

  /**
   * @param {SavedRoom} saved
   * @param {() => void} onEnd
   */
  openRoom(saved, onEnd) {
    return new PresenterRoom(saved, {
      onConnectionChange: () => this.showConnection(),
      onRoomChange: () => this.queue.addAll(),
      onMembersChange: (ids) => this.updateMembers(ids),
      onDrawingsChange: (ids) => this.updateDrawings(ids),
      onPredictionsChange: (ids) => {
        this.rounds.predictionsChanged(ids);
        this.queue.add(ids);
      },
      onVote: (id, vote) => this.rounds.vote(id, vote),
      onSaveError: (error) => {
        this.saveError = error;
        this.showConnection();
      },
      onLabelSaved: () => this.rounds.confirmSaved(),
      onRelayed: (message) => this.remote.receive(message),
      onEnd,
    });
  }

  /** Show everything in the layout's new language. */
  updateTexts() {
    this.layout.showInvitation(this.room.code);
    this.showParticipants();
    this.showScene(this.scene);
  }

  /**
   * @param {Scene} scene
   * @param {object} [options]
   * @param {boolean} [options.restart] start a new round even if the scene is shown already
   */
  showScene(scene, { restart = false } = {}) {
    const before = this.scene;
    this.scene = scene;
    this.room.saveProgress({ scene });
    this.layout.showScene(scene);
    if (before !== scene || restart) this.rounds.enterScene(scene);
    this.showMember(this.focus.memberId);
    this.animations.start(scene);
    if (scene === "end") this.finish();
  }

  /** Tell all participants that the session is over, and show its poster. */
  finish() {
    const { layout, room, rounds } = this;
    room.changeSettings({ finished: true, round: null, predictionsHidden: false });
    layout.end.show(room, rounds.rounds.score.fooled, layout.texts, layout.language);
  }

  /** @param {string} id of the member to show large */
  showMember(id) {
    this.focus.show(id, this.scene === "pair");
    this.queue.addAll();
  }

  /** @param {string} id of the member whom the presenter wants to see */
  choose(id) {
    this.focus.chosen = true;
    this.showMember(id);
  }

  /**
   * @param {Action} action
   * @param {string} digit of the action "digit"
   */
  act(action, digit = "") {
    const { confirmation, focus, layout, room } = this;
    this.actions[action](digit);
    this.queue.addAll();
    const state = { focus: focus.memberId, pending: confirmation.pending, name: this.nameOf(room.settings.pen) };
    const effect = describeEffect(action, room.settings, state, layout.texts);
    if (effect) layout.status.showBriefly(effect);
  }

  get canDraw() {
    return !this.animations.replacesDrawing;
  }

  /**
   * Send points that the presenter has drawn.
   * @param {DrawingView} view
   * @param {AddedPoints} update
   */
  draw({ memberId, surface }, update) {
    if (memberId === null) return;
    const pad = this.room.getMember(memberId);
    pad.strokes = surface.strokes;
    this.room.sendPoints(pad, update);
    this.queue.add([memberId]);
  }

  /** @param {DrawingView} view of the pad whose last stroke is removed */
  undoStroke({ memberId, surface }) {
    if (memberId === null) return;
    const pad = this.room.getMember(memberId);
    this.room.undoPad(pad);
    surface.setStrokes(pad.strokes);
    this.queue.add([memberId]);
  }

  /**
   * Say why nothing can be drawn on a view.
   * @param {DrawingView} view
   */
  explainRefusal(view) {
    const { layout, room } = this;
    const name = this.nameOf(view.memberId ?? "");
    const text = view.showsPad ? layout.texts.example_shown : fillIn(layout.texts.others_drawing, { name });
    if (room.members.has(view.memberId ?? "")) layout.status.showBriefly(text);
  }

  /** Names and points of the participants, the best first. */
  get ranking() {
    return this.rounds.rounds.scoreboard.ranking.map(({ id, score }) => ({ name: this.nameOf(id), score }));
  }

  /** Points of the teams, the best first; [] without teams. */
  get teamRanking() {
    const { layout, room, rounds } = this;
    const { teams } = room.settings;
    if (!teams) return [];
    return rankTeams(teams, rounds.rounds.scoreboard.ranking).map(({ team, score }) => ({
      team,
      name: `${TEAM_SIGNS[team]} ${layout.texts[`team_${team}`]}`,
      score,
    }));
  }

  /** @param {string} id of a member */
  nameOf(id) {
    return withTeam(this.room.members.get(id)?.name || this.layout.texts.participant, this.signOf(id));
  }

  /** @param {string} id of a member, whose team's sign is returned; "" without one */
  signOf(id) {
    return TEAM_SIGNS[this.room.settings.teams?.members[id] ?? -1] ?? "";
  }

  /** Form teams of all participants, in another number than before; after four, none. */
  changeTeams() {
    const ids = this.room.presentParticipants.map(({ id }) => id);
    this.room.changeSettings({ teams: nextTeams(this.room.settings.teams, ids) });
    this.showParticipants();
  }

  /** Put newcomers into a team, if there are teams. */
  dealOutNewcomers() {
    const { teams } = this.room.settings;
    if (!teams) return;
    const ids = this.room.presentParticipants.map(({ id }) => id);
    const changed = dealOut(teams, ids);
    if (changed !== teams) this.room.changeSettings({ teams: changed });
  }

  clearAll() {
    this.animations.stop();
    this.changePads((pad) => this.room.clearPad(pad));
    this.room.clearAllDrawings();
  }

  /** @param {string} id of the participant who may not come back, and whose drawings are deleted */
  remove(id) {
    this.focus.chosen = false;
    this.room.removeParticipant(id);
  }

  /** @param {(pad: Member) => void} change what is done to each pad that is shown */
  changePads(change) {
    for (const view of this.layout.views) {
      if (view.memberId === null || !view.showsPad) continue;
      const pad = this.room.getMember(view.memberId);
      change(pad);
      view.surface.setStrokes(pad.strokes);
    }
    this.queue.addAll();
  }

  showConnection() {
    const { layout, room, saveError } = this;
    const { connected } = room.link;
    const problem = saveError === null ? "" : layout.texts.not_saved;
    layout.status.showProblem(connected ? problem : layout.texts.lost);
    layout.showConnection(connected);
  }

  showParticipants() {
    const names = this.room.presentParticipants.map(({ id, name }) => withTeam(name, this.signOf(id)));
    this.layout.showParticipants(names);
  }

  /** @param {string[]} ids of members who came, went or changed */
  updateMembers(ids) {
    const { focus, layout, room } = this;
    for (const id of ids) {
      if (isPad(id)) continue;
      if (room.members.has(id)) layout.grid.add(id);
      else layout.grid.remove(id);
    }
    if (focus.memberLeft) this.showMember(PAD_IDS[0]);
    this.dealOutNewcomers();
    this.showParticipants();
    this.queue.addAll();
  }

  /** @param {string[]} ids of members whose drawings changed */
  updateDrawings(ids) {
    for (const id of ids) {
      const member = this.room.getMember(id);
      if (this.scene === "everyone" && this.focus.shouldFollow(member)) this.showMember(id);
      for (const view of this.layout.views) {
        if (view.memberId !== id) continue;
        if (view.revision !== member.revision) view.pen.cancelStroke();
        if (!this.animations.replacesDrawing) view.updateStrokes(member);
      }
    }
    this.queue.add(ids);
  }

  /**
   * @param {Set<string>} ids of the members that have changed
   * @param {boolean} all everything has
   */
  paint(ids, all) {
    const { animations, focus, layout, room, rounds, scene } = this;
    for (const view of layout.views) {
      if (view.memberId !== null && (all || ids.has(view.memberId))) this.paintView(view);
    }
    if (scene === "everyone" || scene === "race") {
      const { times } = rounds.rounds;
      const state = { focus: focus.memberId, pen: room.settings.pen, recognized: times, texts: layout.texts };
      const { grid } = layout;
      for (const member of room.participants) {
        if (all || ids.has(member.id)) grid.paint(member, { ...state, sign: this.signOf(member.id) });
      }
    }
    if (rounds.hasRound && scene !== "podium") {
      const { title, text } = rounds.rounds.caption(layout.texts);
      layout.setCaption(title, text);
    }
    if (all) {
      if (scene === "podium") layout.podium.show(this.ranking, this.teamRanking, layout.texts);
      layout.showRoomState(describeRoom(room.settings, this.nameOf(room.settings.pen), layout.texts));
      this.remote.report();
    }
    animations.updateHeat();
    if (looksInside(scene)) layout.inside.show(this.insideGlyph);
    this.reportPainted(ids);
  }

  /** The glyph of the newest digit that is shown large, base64; null for none. */
  get insideGlyph() {
    const { animations, focus, rounds } = this;
    if (rounds.hidesPrediction) return null;
    return animations.predictionOf(focus.member)?.digits?.at(-1)?.glyph ?? null;
  }

  /** @param {DrawingView} view */
  paintView(view) {
    const { animations, room, rounds } = this;
    const { texts } = this.layout;
    const member = room.members.get(view.memberId ?? "");
    const blank = !animations.replacesDrawing && !member?.strokes.length;
    view.surface.paint();
    setText(view.name, member?.name || (view.showsPad ? "" : texts.participant));
    const lacksHeat = animations.lacksHeat;
    view.hint.toggleAttribute("data-below", lacksHeat);
    setText(view.hint, lacksHeat ? texts.no_heat : view.showsPad && blank ? texts.hint : "");
    if (!animations.replacesPrediction) {
      view.showPrediction(animations.predictionOf(member), texts, rounds.hidesPrediction);
    }
    view.showVotes(rounds.shownVotes);
  }

  /**
   * Report the painted points to the benchmark (bench/present.py).
   * @param {Set<string>} ids
   */
  reportPainted(ids) {
    /** @type {PaintedEvent} */
    const detail = {};
    for (const id of ids) {
      const member = this.room.members.get(id);
      if (member) detail[id] = countPoints(member.strokes);
    }
    document.dispatchEvent(new CustomEvent("inkling:painted", { detail }));
  }

  destroy() {
    this.animations.stop();
    this.confirmation.cancel();
    this.rounds.destroy();
    this.queue.destroy();
    this.room.destroy();
  }
}
