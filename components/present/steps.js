// The scenes of a presentation, in the order that "next" goes through them.

export const STEPS = [
  "join",
  "draw",
  "everyone",
  "slow",
  "sees",
  "heat",
  "pair",
  "tour1",
  "tour2",
  "tour3",
  "tour4",
  "tour5",
  "tour6",
  "guess",
  "fool",
  "end",
];
