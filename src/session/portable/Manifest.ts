/** What a portable program needs of the machine that is to import it: versions, packages, variables. It lies beside the code. */
import { Schema } from "effect"

const Named = { name: Schema.String, version: Schema.String }

/** What a program begins with in other people's code: a file of an installed package, or a script of the project. */
export const Entry = Schema.Union([
  Schema.Struct({ ...Named, path: Schema.String }),
  Schema.Struct({ specifier: Schema.String }),
  /** Relative to the project. */
  Schema.Struct({ script: Schema.String })
])
export type Entry = typeof Entry.Type

/** A package as far as it is reached, with the SHA-256 of that. */
export const Reached = Schema.Struct({ ...Named, hash: Schema.String })
export type Reached = typeof Reached.Type

export const Manifest = Schema.Struct({
  format: Schema.Literal("ablate-program-1"),
  /** Ablate's version, and what names its build. */
  ablate: Schema.Struct({ version: Schema.String, build: Schema.String }),
  /** The major version of Node: with another, functions of the language may give other bits, which no key tells apart. */
  node: Schema.Int,
  /** In `files/`, so many folders down is the project: what it names lies at most so far above it. */
  depth: Schema.Int,
  /** How Node takes the project's scripts: `module` or `commonjs`. */
  type: Schema.String,
  packages: Schema.Array(Schema.Struct({ entry: Entry, isWhole: Schema.Boolean, reached: Schema.Array(Reached) })),
  /** Packages that are asked for late and were not installed. */
  missing: Schema.Array(Schema.String),
  /** Files that are read from the working directory, with the SHA-256 of their content. */
  fromRoot: Schema.Array(Schema.Struct({ path: Schema.String, hash: Schema.String })),
  /** Environment variables that stages and the layer read by `Config`, with the SHA-256 of the value (null: not set). */
  variables: Schema.Array(Schema.Struct({ name: Schema.String, hash: Schema.NullOr(Schema.String) }))
})
export type Manifest = typeof Manifest.Type

/** In the folder that is the portable program. */
export const parts = { code: "program.mjs", map: "program.mjs.map", manifest: "manifest.json", files: "files" } as const

/** The folder, below that of the files, in which the project is. */
export const projectIn = (depth: number): string => `${parts.files}/${"above/".repeat(depth)}project`

/** How many folders above the project's a path relative to it leads. */
export const depthOf = (path: string): number => (/^(?:\.\.\/)*/.exec(path)?.[0].length ?? 0) / 3
