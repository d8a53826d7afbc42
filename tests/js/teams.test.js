import assert from "node:assert/strict";
import { test } from "node:test";

import { dealOut, nextTeams, rankTeams } from "../../components/shared/teams.js";

const IDS = ["ada", "bo", "cy", "di", "eve"];

test("participants are dealt out evenly", () => {
  const two = nextTeams(null, IDS);
  assert.deepEqual(two, { count: 2, members: { ada: 0, bo: 1, cy: 0, di: 1, eve: 0 } });
  const three = nextTeams(two, IDS);
  assert.deepEqual(Object.values(three?.members ?? {}), [0, 1, 2, 0, 1]);
});

test("after four teams there are none", () => {
  let teams = nextTeams(null, IDS);
  const counts = [];
  for (let press = 0; press < 4; press += 1) {
    counts.push(teams?.count ?? 0);
    teams = nextTeams(teams, IDS);
  }
  assert.deepEqual(counts, [2, 3, 4, 0]);
});

test("latecomers join the smallest team, and the others stay in theirs", () => {
  const teams = { count: 2, members: { ada: 0, bo: 0, cy: 1 } };
  assert.deepEqual(dealOut(teams, ["ada", "di", "eve"]), {
    count: 2,
    members: { ada: 0, bo: 0, cy: 1, di: 1, eve: 0 },
  });
  assert.equal(dealOut(teams, ["ada", "bo"]), teams);
});

test("a team has the average points of its members who have played", () => {
  const teams = { count: 3, members: { ada: 0, bo: 0, cy: 1, di: 1, eve: 2 } };
  const ranking = [
    { id: "ada", score: 5 },
    { id: "cy", score: 4 },
    { id: "bo", score: 0 },
  ];
  assert.deepEqual(rankTeams(teams, ranking), [
    { team: 1, score: 4 },
    { team: 0, score: 2.5 },
    { team: 2, score: 0 },
  ]);
});
