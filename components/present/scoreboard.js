// Points of the participants over all rounds.

/** @import { RoundResult } from "../shared/room_types.d.ts" */

/** @typedef {{ score: number, streak: number }} PlayerScore streak: rounds in a row that they got right */

export class Scoreboard {
  /** @param {Record<string, PlayerScore>} [saved] by member */
  constructor(saved = {}) {
    /** @type {Map<string, PlayerScore>} by member */
    this.players = new Map(Object.entries(saved));
  }

  /** @returns {Record<string, PlayerScore>} */
  get saved() {
    return Object.fromEntries(this.players);
  }

  /** The members with points, the best first. */
  get ranking() {
    return [...this.players].sort(([, a], [, b]) => b.score - a.score).map(([id, { score }]) => ({ id, score }));
  }

  /**
   * Count a round: of each member who took part the points, 0 for a wrong answer. Return what each of them has now.
   * @param {Map<string, number>} points by member
   * @returns {Record<string, RoundResult>}
   */
  award(points) {
    for (const [id, gained] of points) {
      const { score, streak } = this.players.get(id) ?? { score: 0, streak: 0 };
      this.players.set(id, { score: score + gained, streak: gained > 0 ? streak + 1 : 0 });
    }
    /** @type {Record<string, RoundResult>} */
    const results = {};
    for (const [id, gained] of points) results[id] = this.resultOf(id, gained);
    return results;
  }

  /**
   * @param {string} id
   * @param {number} points of the last round
   * @returns {RoundResult}
   */
  resultOf(id, points) {
    const { score, streak } = this.players.get(id) ?? { score: 0, streak: 0 };
    const better = [...this.players.values()].filter((other) => other.score > score).length;
    return { right: points > 0, points, score, place: better + 1, streak };
  }

  /** Play again: everybody begins with nothing. */
  reset() {
    this.players.clear();
  }
}
