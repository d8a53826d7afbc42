// Which members' drawings are shown large, one or two side by side.

import { isPad, PAD_IDS } from "./presenter_room.js";

/** @import { DrawingView } from "./drawing_view.js" */
/** @import { Member, PresenterRoom } from "./presenter_room.js" */

export class Focus {
  /**
   * @param {PresenterRoom} room
   * @param {DrawingView[]} views the second one shows the partner
   */
  constructor(room, views) {
    this.room = room;
    this.views = views;
    /** @type {string} */
    this.memberId = PAD_IDS[0];
    this.chosen = false; // whether the presenter chose a member; until then the first participant who draws is shown
  }

  get member() {
    return this.room.getMember(this.memberId);
  }

  get onPad() {
    return isPad(this.memberId);
  }

  /** The presenter's first pad and all participants, in the order in which they came. */
  get order() {
    return [PAD_IDS[0], ...this.room.participants.map(({ id }) => id)];
  }

  /** Whether a member who is shown has left. */
  get memberLeft() {
    return this.views.some(({ memberId }) => memberId !== null && !this.room.members.has(memberId));
  }

  /**
   * Show a member, in a pair with a partner.
   * @param {string} memberId
   * @param {boolean} pair
   */
  show(memberId, pair) {
    this.memberId = memberId;
    const ids = pair ? [memberId, findPartner(memberId, this.order)] : [memberId];
    for (const [index, view] of this.views.entries()) {
      view.setMember(index < ids.length ? this.room.getMember(ids[index]) : null);
    }
    this.room.watch(ids);
  }

  /**
   * Return the member `offset` after the one in focus; after the last comes the first.
   * @param {number} offset
   */
  neighbor(offset) {
    const { order } = this;
    return order[(order.indexOf(this.memberId) + offset + order.length) % order.length];
  }

  /**
   * Return whether a participant who draws should be shown: if the presenter has chosen no one and draws nothing.
   * @param {Member} participant
   */
  shouldFollow({ id, strokes }) {
    const idle = this.memberId === PAD_IDS[0] && !this.chosen && this.member.strokes.length === 0;
    return idle && strokes.length > 0 && !isPad(id);
  }
}

/**
 * Return the member shown next to a member: the following one; for the presenter's first pad, the second pad.
 * @param {string} memberId
 * @param {string[]} order all members but the second pad
 */
export function findPartner(memberId, order) {
  if (memberId === PAD_IDS[0]) return PAD_IDS[1];
  const others = order.filter((id) => id !== memberId);
  return others[order.indexOf(memberId) % Math.max(1, others.length)] ?? PAD_IDS[0];
}
