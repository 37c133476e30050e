/** A compiled program before places were put in, as it lies beside the program in the folder of the machine that compiled it. */
import { readFileSync } from "node:fs"
import { Option, Schema } from "effect"
import { unplacedPathOf } from "../../execute/Programs.ts"

const Texts = Schema.Array(Schema.String)

export const Unplaced = Schema.Struct({
  /** With symbols for places. */
  code: Schema.String,
  /** The source map, the sources relative to the project. */
  map: Schema.String,
  /** By the symbols of packages, where they are on this machine. */
  installed: Schema.Record(Schema.String, Schema.String),
  names: Schema.Struct({
    placed: Texts,
    fromRoot: Texts,
    required: Schema.Array(Schema.Struct({ path: Schema.String, isWhole: Schema.Boolean }))
  }),
  /** Packages that it asks for late, and that were not installed. */
  missing: Texts
})
export type Unplaced = typeof Unplaced.Type

const Text = Schema.fromJsonString(Unplaced)
const decode = Schema.decodeUnknownOption(Text)
const encode = Schema.encodeSync(Text)

export const pathOf = unplacedPathOf

export const textOf = (program: Unplaced): string => encode(program)

const text = Option.liftThrowable((path: string) => readFileSync(path, "utf8"))

/** Undefined where this machine has not compiled the program, or has lost it. */
export const read = (storeDir: string, hash: string): Unplaced | undefined =>
  Option.getOrUndefined(Option.flatMap(text(pathOf(storeDir, hash)), decode))
