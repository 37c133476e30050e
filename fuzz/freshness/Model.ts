/** A project as data: what the generator makes, edits change, and the renderer writes as files. */

/** What changes nothing that is computed. */
export interface Decor {
  readonly comments: number
  /** Blank lines and wide spaces. */
  readonly spacing: number
  /** Type declarations and annotations. */
  readonly types: number
  /** Which name a local has. */
  readonly local: number
  /** Exports that nobody imports. */
  readonly unused: number
  /** Whether two pure declarations stand the other way round. */
  readonly turned: boolean
}

export const plain: Decor = { comments: 0, spacing: 0, types: 0, local: 0, unused: 0, turned: false }

/** How an import is written; of a package only the first three, and `dynamic`. */
export const ways = [
  "named",
  "namespace",
  "dynamic",
  "default",
  "star",
  "renamed",
  "passed",
  "inner",
  "default-as",
  "hash",
  "path",
  "self",
  "link",
  "folder-link",
  "bare-name"
] as const
export type Way = (typeof ways)[number]
export const packageWays: ReadonlyArray<Way> = ["named", "namespace", "dynamic"]

/** A module's value used by another module, a stage or a service. */
export interface Use {
  /** Id of the module. */
  readonly target: string
  readonly way: Way
  /** Whether its function is called, rather than its constant read. */
  readonly lazy: boolean
}

/** A number put into a register when a module is loaded. */
export interface Registration {
  /** Stable: names its file. */
  readonly id: string
  /** Name of a statement in Registrations.ts. */
  readonly how: string
  readonly n: number
  /** In a module of its own that is imported for its effect alone, or in the module that reads. */
  readonly apart: boolean
}

export interface Asset {
  /** As the file is called; the module's text has it as a URL. */
  readonly name: string
  readonly bytes: ReadonlyArray<number>
  /** A file that is read, a folder all of whose files are, a file that only a comment names, or one that is not there. */
  readonly kind: "file" | "folder" | "comment" | "gone"
}

export interface Json {
  readonly name: string
  readonly a: number
  /** Not read. */
  readonly b: number
  readonly how: "default" | "named"
}

export interface Module {
  readonly id: string
  /** Package it belongs to, by id; null for the project's own. */
  readonly home: string | null
  /** Relative to its project or package; "" for the folder itself. */
  readonly folder: string
  /** Whether it is `<id>/index.ts` rather than `<id>.ts`. */
  readonly index: boolean
  /** Name of a text in Forms.ts. */
  readonly form: string
  readonly n: number
  readonly m: number
  readonly uses: ReadonlyArray<Use>
  readonly registrations: ReadonlyArray<Registration>
  readonly assets: ReadonlyArray<Asset>
  readonly json: Json | null
  /** The constant of a module that this one imports, and that imports this one. */
  readonly cycle: number | null
  /** Files that a specifier without extension may lead to instead: extension to constant. */
  readonly shadows: { readonly [extension: string]: number }
  readonly decor: Decor
}

export const entries = ["main", "exports", "conditions", "index", "pattern"] as const
export type Entry = (typeof entries)[number]

export interface Package {
  readonly id: string
  readonly name: string
  readonly version: string
  readonly format: "esm" | "cjs" | "ts"
  readonly entry: Entry
  /** Id of the module that its name leads to. */
  readonly main: string
  /** Constant of a second entry, and whether package.json leads to it. */
  readonly other: { readonly n: number; readonly taken: boolean } | null
  /**
   * `root` and `nested` (in the package of that id) are installed; `linked` (inside the project) and `outside` are
   * links, of which `turn` says to which of two folders; `near` is installed beside the modules of a folder.
   */
  readonly place:
    | { readonly kind: "root" }
    | { readonly kind: "nested"; readonly inside: string }
    | { readonly kind: "near"; readonly folder: string }
    | { readonly kind: "linked" | "outside"; readonly turn: 0 | 1 }
  /** An unrelated field of package.json. */
  readonly notes: number
}

export interface Service {
  readonly id: string
  readonly n: number
  readonly how: "succeed" | "sync" | "effect"
  readonly uses: ReadonlyArray<Use>
  /** Services that its layer asks for, by id: earlier ones. */
  readonly needs: ReadonlyArray<string>
  readonly decor: Decor
}

/** A file or folder that is an input. */
export interface Outer {
  readonly id: string
  readonly kind: "file" | "folder"
  readonly path: string
  readonly bytes: ReadonlyArray<number>
}

export interface Variable {
  readonly name: string
  /** Null where it is not set. */
  readonly value: string | null
}

export interface Stage {
  readonly name: string
  /** Number of its file. */
  readonly file: number
  readonly n: number
  /** A constant of its config. */
  readonly config: number
  readonly uses: ReadonlyArray<Use>
  readonly services: ReadonlyArray<string>
  /** Earlier stages, by name. */
  readonly inputs: ReadonlyArray<string>
  readonly outers: ReadonlyArray<string>
  readonly variables: ReadonlyArray<string>
  readonly version: string | null
  readonly pool: "inline" | "worker"
  /** Whether it gives only the rest of a division by three, so that what follows may be spared. */
  readonly coarse: boolean
  readonly decor: Decor
}

export interface Project {
  /** Whether all files have one old time, so that neither time nor size tells that they changed. */
  readonly aged: boolean
  /** Points of the grid. */
  readonly points: number
  readonly modules: ReadonlyArray<Module>
  readonly packages: ReadonlyArray<Package>
  readonly services: ReadonlyArray<Service>
  readonly outers: ReadonlyArray<Outer>
  readonly variables: ReadonlyArray<Variable>
  readonly stages: ReadonlyArray<Stage>
  /** Whether the path map stands in a file that tsconfig.json extends. */
  readonly extended: boolean
  /** Files that nobody imports. */
  readonly strays: number
  /** An unrelated field of package.json. */
  readonly notes: number
  /** How often a file was touched, by path. */
  readonly touches: { readonly [path: string]: number }
}

export const moduleOf = (project: Project, id: string): Module | undefined =>
  project.modules.find((each) => each.id === id)
export const packageOf = (project: Project, id: string | null): Package | undefined =>
  project.packages.find((each) => each.id === id)
