// Teams of a room: participants are dealt out evenly; a team has the average points of those who have played.

/** @import { TeamsMessage } from "./room_types.d.ts" */

/** Shapes, so that teams differ by more than their color. */
export const TEAM_SIGNS = ["▲", "●", "■", "◆"];

/** Numbers of teams, in the order in which the presenter chooses; 0: no teams. */
const COUNTS = [0, 2, 3, 4];

/**
 * Return the next choice of the presenter, with all participants dealt out.
 * @param {TeamsMessage | null} teams
 * @param {string[]} ids of the participants
 * @returns {TeamsMessage | null}
 */
export function nextTeams(teams, ids) {
  const count = COUNTS[(COUNTS.indexOf(teams?.count ?? 0) + 1) % COUNTS.length];
  return count === 0 ? null : dealOut({ count, members: {} }, ids);
}

/**
 * Return the teams with everybody in one: those who have none join the smallest.
 * @param {TeamsMessage} teams
 * @param {string[]} ids of the participants
 * @returns {TeamsMessage} the same if nothing has changed
 */
export function dealOut(teams, ids) {
  const newcomers = ids.filter((id) => teams.members[id] === undefined);
  if (newcomers.length === 0) return teams;
  const members = { ...teams.members };
  const sizes = new Array(teams.count).fill(0);
  for (const team of Object.values(members)) sizes[team] += 1;
  for (const id of newcomers) {
    const smallest = sizes.indexOf(Math.min(...sizes));
    members[id] = smallest;
    sizes[smallest] += 1;
  }
  return { count: teams.count, members };
}

/**
 * Return the teams' points, the best first: the average of their members who have played, so that a team's size
 * does not matter.
 * @param {TeamsMessage} teams
 * @param {{ id: string, score: number }[]} ranking of those who have played
 */
export function rankTeams({ count, members }, ranking) {
  const scores = Array.from({ length: count }, (_, team) => {
    const played = ranking.filter(({ id }) => members[id] === team);
    const total = played.reduce((sum, { score }) => sum + score, 0);
    return { team, score: played.length ? total / played.length : 0 };
  });
  return scores.sort((a, b) => b.score - a.score || a.team - b.team);
}

/**
 * Return a participant's name after the sign of their team.
 * @param {string} name "" if they gave none
 * @param {string} sign of the team, "" without one
 */
export const withTeam = (name, sign) => [sign, name].filter(Boolean).join(" ");
