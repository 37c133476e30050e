/**
 * Structured predictions of gender and objects, image by image: a gender together with every object on or off has a score,
 * the sum of its potentials, and the highest wins.
 */

/**
 * Of `rows` images and `objects` objects. An object that is off has potential 0. Zhao et al. (EMNLP 2017) learn
 * potentials of an object for each gender; a classifier with independent outputs has the same for both: the object's
 * logit, its log-odds of on against off, as gender's logit is the log-odds of man against woman. Without constraints the
 * highest score is then what the classifier predicts by itself.
 */
export interface Potentials {
  readonly rows: number
  readonly objects: number
  /** [rows] */
  readonly man: Float64Array
  readonly woman: Float64Array
  /** [rows, objects] */
  readonly manOn: Float64Array
  readonly womanOn: Float64Array
}

/** From logits, row-major [rows, objects + 1], gender (man) last. */
export const potentialsOf = (logits: ArrayLike<number>, rows: number, objects: number): Potentials => {
  const man = new Float64Array(rows)
  const on = new Float64Array(rows * objects)
  for (let row = 0; row < rows; row++) {
    const from = row * (objects + 1)
    man[row] = logits[from + objects] ?? 0
    for (let object = 0; object < objects; object++) on[row * objects + object] = logits[from + object] ?? 0
  }
  return { rows, objects, man, woman: new Float64Array(rows), manOn: on, womanOn: on }
}

/** What is predicted: the gender, and the objects that are on with it. */
export interface Assignment {
  /** 1 man, 0 woman, [rows]. */
  readonly man: Uint8Array
  /** [rows, objects] */
  readonly on: Uint8Array
}

/** What is taken off an object's potential with each gender, [objects]. */
export interface Shifts {
  readonly man: Float64Array
  readonly woman: Float64Array
}

/**
 * The assignment of highest score after the shifts: the man block against the woman block, each gender's potential plus
 * the sum over objects of max(on, off). Equal scores are on, and man, as a score of ½ is. With `only`, no more is
 * shifted than the potentials of that assignment's objects with its gender.
 */
export const infer = (potentials: Potentials, shifts: Shifts, only: Assignment | null): Assignment => {
  const { man, manOn, objects, rows, woman, womanOn } = potentials
  const isMan = new Uint8Array(rows)
  const on = new Uint8Array(rows * objects)
  const withMan = new Uint8Array(objects)
  const withWoman = new Uint8Array(objects)
  for (let row = 0; row < rows; row++) {
    let manScore = man[row] ?? 0
    let womanScore = woman[row] ?? 0
    for (let object = 0; object < objects; object++) {
      const at = row * objects + object
      const isOnly = only === null || only.on[at] === 1
      const shiftsMan = isOnly && (only === null || only.man[row] === 1)
      const shiftsWoman = isOnly && (only === null || only.man[row] === 0)
      const manMargin = (manOn[at] ?? 0) - (shiftsMan ? (shifts.man[object] ?? 0) : 0)
      const womanMargin = (womanOn[at] ?? 0) - (shiftsWoman ? (shifts.woman[object] ?? 0) : 0)
      withMan[object] = manMargin >= 0 ? 1 : 0
      withWoman[object] = womanMargin >= 0 ? 1 : 0
      manScore += Math.max(manMargin, 0)
      womanScore += Math.max(womanMargin, 0)
    }
    isMan[row] = manScore >= womanScore ? 1 : 0
    on.set(manScore >= womanScore ? withMan : withWoman, row * objects)
  }
  return { man: isMan, on }
}
