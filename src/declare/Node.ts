/** A node: a stage applied to a config and upstream nodes, or a user's file. Building nodes runs nothing. */
import type { Artifact } from "./Artifact.ts"
import type { AnyStage } from "./Stage.ts"

declare const Type: unique symbol

interface Typed<A, R> {
  /** Carries the output's and the services' types; never present at run time. */
  readonly [Type]?: { readonly output: A; readonly services: R }
}

/** A stage with what it is applied to. */
export interface StageNode<A, R = never> extends Typed<A, R> {
  readonly _tag: "StageNode"
  readonly stage: AnyStage
  readonly inputs: { readonly [name: string]: AnyNode }
  /** The config as the stage's schema encodes it. */
  readonly config: unknown
  /** Identity of the numerics backend, where the stage names one. */
  readonly numerics: string | undefined
}

/** What comes from outside the experiment: see `External`. */
export interface ExternalNode<A, R = never> extends Typed<A, R> {
  readonly _tag: "ExternalNode"
  readonly artifact: Artifact<A>
  /**
   * `source`: a file or folder of a program. `output`: what a command prints. `project`: where the project is, without
   * being part of a key. `text`: the path itself.
   */
  readonly kind: "file" | "folder" | "variable" | "source" | "output" | "project" | "text"
  /** As given: absolute, or relative to the project; of a variable its name, of a command the words. */
  readonly path: string
  /** Of a command: itself and its arguments. */
  readonly argv?: ReadonlyArray<string>
  /** Where the path came from, for messages: `settings.words.path`. */
  readonly origin: string
}

/** A node whose output is an `A` and whose stages need the services `R`. */
export type Node<A, R = never> = StageNode<A, R> | ExternalNode<A, R>
/** A node of any output. */
export type AnyNode = Node<unknown, unknown>

/** What a node gives. */
export type OutputOf<N> = N extends Typed<infer A, unknown> ? A : never
/** The services that a node and those before it ask for. */
export type ServicesOf<N> = N extends Typed<unknown, infer R> ? R : never
