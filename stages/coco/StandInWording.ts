/** Captions of made-up scenes, five a scene, in words that try the filter: plurals, compounds, upper case, line feeds. */
import type { Rng } from "ablate/numerics"
import type { CocoLabel } from "./CocoSet.ts"
import type { Scene } from "./StandInScene.ts"

export const CAPTIONS = 5

const DOING: { readonly [L in CocoLabel]: ReadonlyArray<string> } = {
  truck: ["waits beside a parked truck", "loads crates onto a truck", "leans out of the cab of a red truck"],
  motorcycle: ["sits on a motorcycle", "rides a motorcycle round a bend", "polishes an old motorcycle"],
  tie: ["adjusts a striped tie", "poses in a shirt and tie", "wears a tie that is too long"],
  backpack: ["carries a heavy backpack", "sets a backpack down", "hikes uphill with a backpack"],
  "sports ball": ["kicks a ball across the grass", "reaches for a flying ball", "bounces a ball against a wall"],
  handbag: ["holds a leather handbag", "searches through a handbag", "walks by with a handbag over one arm"],
  fork: ["lifts a fork full of noodles", "points at a plate with a fork", "eats salad with a fork"],
  knife: ["cuts bread with a long knife", "spreads butter with a knife", "slices a cake with a knife"],
  spoon: ["stirs a pot with a wooden spoon", "tastes soup from a spoon", "balances a spoon on a cup"],
  "cell phone": ["talks on a cell phone", "looks down at a cell phone", "takes a picture with a cell phone"],
  "teddy bear": ["hugs a brown teddy bear", "sits next to a giant teddy bear", "wins a teddy bear at a stall"]
}

const OTHERWISE: ReadonlyArray<string> = [
  "feeds a small dog",
  "waits on a bench",
  "pours water into a glass",
  "pushes a bicycle",
  "reads by the window"
]

const PLACES: ReadonlyArray<string> = [
  "",
  "",
  " on a busy street",
  " in a bright kitchen",
  " near the water",
  " at the edge of a park",
  " in front of a brick wall",
  " on a rainy evening",
  ' under a sign that reads "open late"',
  " outside a café",
  "\nbefore a small crowd",
  " in a room, seen from above"
]

const MAN: ReadonlyArray<string> = [
  "a man",
  "a young man",
  "an old man",
  "the man",
  "a tall man in a dark coat",
  "one man",
  "this man, smiling,",
  "a man's friend"
]
const WOMAN: ReadonlyArray<string> = [
  "a woman",
  "a young woman",
  "an old woman",
  "the woman",
  "a tall woman in a dark coat",
  "one woman",
  "this woman, smiling,",
  "a woman's friend"
]
const BOTH: ReadonlyArray<string> = [
  "a man with a woman",
  "a woman, with a man behind her,",
  "the man, next to a woman,"
]
/** Words that contain "man" or "woman", plurals, synonyms: no mention of a man or of a woman by the paper's rule. */
const TRAPS: ReadonlyArray<string> = [
  "a mannequin",
  "a human figure",
  "a German tourist",
  "a policewoman",
  "a policeman",
  "one of the fishermen",
  "someone in womenswear",
  "a guy",
  "a girl",
  "a boy",
  "a lady",
  "a group of women",
  "two men"
]
const NEUTRAL: ReadonlyArray<string> = [
  "a person",
  "somebody",
  "an adult",
  "a tourist",
  "a figure",
  "someone in a blue jacket",
  "a customer",
  "the one on the left"
]
const NOBODY: ReadonlyArray<string> = ["nobody", "no one", "a gull", "a dog"]

const pick = <A>(rng: Rng, items: ReadonlyArray<A>, fallback: A): A =>
  (items.length === 0 ? undefined : items[rng.below(items.length)]) ?? fallback

/** Whom each of the captions speaks of. The first speaks for the scene's kind, another may again. */
const subjects = (scene: Scene, at: number, rng: Rng): ReadonlyArray<string> => {
  const isTelling = at === 0 || rng.below(3) > 0
  switch (scene.kind) {
    case "man":
    case "woman":
    case "no-object":
      if (isTelling) return scene.kind === "woman" ? WOMAN : MAN
      break
    case "both":
      if (at === 0) return MAN
      if (at === 1) return WOMAN
      if (isTelling) return BOTH
      break
    case "no-person":
      return NOBODY
    case "neither":
      break
  }
  return rng.below(scene.kind === "neither" ? 2 : 8) === 0 ? TRAPS : NEUTRAL
}

const sentence = (scene: Scene, at: number, rng: Rng): string => {
  const subject = pick(rng, subjects(scene, at, rng), "a person")
  const label = pick<CocoLabel | null>(rng, scene.labels, null)
  const doing = pick(rng, label === null ? OTHERWISE : DOING[label], "waits")
  return `${subject.charAt(0).toUpperCase()}${subject.slice(1)} ${doing}${pick(rng, PLACES, "")}`
}

/** As people type: a full stop or none, spaces and line feeds behind it, now and then everything in capitals. */
const typed = (text: string, rng: Rng): string => {
  const draw = rng.below(200)
  const cased = draw < 2 ? text.toUpperCase() : draw < 12 ? text.toLowerCase() : text
  const stop = rng.below(8) === 0 ? "" : "."
  const behind = rng.below(100)
  return `${cased}${stop}${behind < 15 ? " " : behind < 17 ? "\n" : ""}`
}

/** The captions of one scene, the telling one not always first. */
export const captionsOf = (scene: Scene, rng: Rng): ReadonlyArray<string> =>
  rng.shuffle(Array.from({ length: CAPTIONS }, (_, at) => typed(sentence(scene, at, rng), rng)))
