/** What is known of a value without computing it: enough to tell what reading, converting or calling it may do. */
import type { Module } from "./Module.ts"
import type { Node } from "./Syntax.ts"

export type Shape =
  /** A number, a string, …: nothing of the author's runs when it is used. */
  | { readonly is: "primitive" }
  /** Objects and arrays of plain data all the way down. */
  | { readonly is: "plain" }
  /** An array, a map or a set, or one of JavaScript's own objects with elements of one shape. */
  | { readonly is: "list"; readonly of: Shape }
  /** An object literal. Fields without a shape are accessors. */
  | { readonly is: "object"; readonly fields: ReadonlyMap<string, Shape | undefined> }
  /** Made by Effect or the framework: reading it runs nothing. `stage`: the options of one that is a stage. */
  | { readonly is: "built"; readonly stage?: Shape }
  /** A function of the author's. `names`: the locals around it. */
  | { readonly is: "function"; readonly node: Node; readonly module: Module; readonly names: Names }
  | { readonly is: "class"; readonly node: Node; readonly module: Module; readonly names: Names }
  | { readonly is: "instance"; readonly of: Node }
  /** Below a module of Effect or the framework: `["Schema", "Struct"]`. */
  | { readonly is: "library"; readonly path: ReadonlyArray<string> }
  /** One of Node's modules, or what it exports: `["node:path", "join"]`. */
  | { readonly is: "node"; readonly path: ReadonlyArray<string> }
  /** A name that the language itself gives. */
  | { readonly is: "global"; readonly name: string }
  | { readonly is: "namespace"; readonly module: Module }
  /** Anything: it may be kept, and compared by identity. */
  | { readonly is: "unknown" }

/** Locals by name; those in `fresh` were made where they stand, so that changing them changes nothing else. */
export interface Names {
  readonly shapes: Map<string, Shape>
  readonly fresh: Set<string>
  readonly outer: Names | undefined
  /** What `this` is. */
  readonly self: Shape
  /** The call that they belong to: once it has returned, they are state that others may see. */
  readonly call: object | undefined
}

export const primitive: Shape = { is: "primitive" }
export const plain: Shape = { is: "plain" }
export const built: Shape = { is: "built" }
export const unknown: Shape = { is: "unknown" }

/** A value that is one of two. */
export const either = (a: Shape | undefined, b: Shape): Shape => {
  if (a === undefined || a === b) return b
  if (a.is === "primitive" && b.is === "primitive") return primitive
  if (isPlain(a) && isPlain(b))
    return a.is === "list" && b.is === "list" ? { is: "list", of: either(a.of, b.of) } : plain
  if (a.is === "list" && b.is === "list") return { is: "list", of: either(a.of, b.of) }
  return a.is === "built" && b.is === "built" ? built : unknown
}

/** Data all the way down: nothing of the author's can hide in it. */
export const isPlain = (shape: Shape): boolean =>
  shape.is === "primitive" ||
  shape.is === "plain" ||
  (shape.is === "list" && isPlain(shape.of)) ||
  (shape.is === "object" && [...shape.fields.values()].every((field) => field !== undefined && isPlain(field)))

/** Whether turning the value into text or a number runs nothing of the author's. */
export const convertsQuietly = (shape: Shape): boolean =>
  isPlain(shape)
    ? !(shape.is === "object" && ["toString", "valueOf", "toJSON"].some((name) => shape.fields.has(name)))
    : shape.is === "built" || shape.is === "global"
