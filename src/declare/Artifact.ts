/**
 * What a stage's output is made of: a type together with its open file format. JSON by Schema for values,
 * safetensors for tensors, raw bytes for the rest. Encodings are canonical: equal values, equal bytes.
 */
import { Effect, Schema } from "effect"
import { Contributions } from "../domain/Contributions.ts"
import type { FileRef } from "../domain/FileRef.ts"
import { type Measure, Measure as MeasureSchema } from "../domain/Metrics.ts"
import type { Tensor } from "../domain/Tensor.ts"
import { type Cells, cellsOf } from "./Cells.ts"
import { isFaithful } from "./Faithful.ts"
import * as Json from "./Json.ts"
import { describe, lossOf } from "./Loss.ts"
import * as Safetensors from "./Safetensors.ts"
import { checkFields, type Fields, fromFile, type TensorsOf, toFile } from "./Tensors.ts"

/** A value that its artifact type cannot encode, or bytes that it cannot decode. */
export class ArtifactInvalid extends Schema.TaggedError<ArtifactInvalid>()("ArtifactInvalid", {
  kind: Schema.String,
  problem: Schema.String
}) {
  override get message() {
    return `${this.kind} artifact: ${this.problem}`
  }
}

/**
 * An artifact type of values `A`; `W` is what a stage may give for one. Its methods are bivariant, so that
 * `Artifact<unknown>` is any artifact.
 */
export interface Artifact<A, W = A> {
  readonly kind: "json" | "table" | "metrics" | "notes" | "tensors" | "bytes" | "file" | "folder"
  /** Of metrics: the names of the figures, so that a column that none of them is can be refused before anything runs. */
  readonly names?: ReadonlyArray<string>
  /** Of rows: as cells of text, for CSV. */
  readonly cells?: Cells<A>
  /** The bytes of the file. Equal values give equal bytes; a value that would be read back as another one is refused. */
  encode(value: W): Effect.Effect<Uint8Array, ArtifactInvalid>
  /** The value of the file's bytes. */
  decode(bytes: Uint8Array): Effect.Effect<A, ArtifactInvalid>
}

/** An input that takes any number of nodes of one artifact type; see {@link list}. */
export interface List<A> {
  readonly kind: "list"
  readonly element: Artifact<A, never>
}

/** What a stage receives for an input of this artifact type: of a list an array. */
export type Value<T> = T extends Artifact<infer A, never> ? A : T extends List<infer A> ? ReadonlyArray<A> : never

const utf8 = new TextEncoder()

const tooLong =
  "as JSON it is longer than a string can be (512 MB). Write it as Artifact.tensors or Artifact.bytes, or let several nodes make a part each and wire them with Artifact.list"

/** Made at its first use: a run from the cache declares many codecs and uses few. */
const once = <A>(make: () => A): (() => A) => {
  let made: { readonly value: A } | undefined
  return () => {
    made ??= { value: make() }
    return made.value
  }
}

/** Text by a function of the platform, which throws where the text would be too long. */
const text = (kind: Artifact<unknown>["kind"], make: () => string) =>
  Effect.try({
    try: make,
    catch: (cause) =>
      new ArtifactInvalid({
        kind,
        problem: /string length|longer than/.test(String(cause)) ? tooLong : String(cause)
      })
  })

/** Between values and the text of their JSON. A value that would not come back as it is is refused. */
const textOf = <A>(kind: Artifact<A>["kind"], schema: Schema.ConstraintCodec<A, unknown>) => {
  const codec = once(() => Schema.toCodecJson(schema))
  const encode = once(() => Schema.encodeEffect(codec()))
  const decode = once(() => Schema.decodeEffect(Schema.fromJsonString(codec())))
  const { ast } = schema
  const faithful = once(() => isFaithful(ast))
  const invalid = (error: Schema.SchemaError) => new ArtifactInvalid({ kind, problem: error.message })
  const read = (written: string) => Effect.mapError(decode()(written), invalid)
  const comesBack = (value: A) => (written: string) =>
    Effect.flatMap(read(written), (back) => {
      const loss = lossOf(ast, value, back)
      return loss === undefined ? Effect.void : Effect.fail(new ArtifactInvalid({ kind, problem: describe(loss) }))
    })
  return {
    read,
    write: (value: A) => {
      const written = Effect.flatMap(Effect.mapError(encode()(value), invalid), (json) =>
        text(kind, () => Json.stringify(json))
      )
      return faithful() ? written : Effect.tap(written, comesBack(value))
    }
  }
}

const jsonOf = <A>(kind: Artifact<A>["kind"], schema: Schema.ConstraintCodec<A, unknown>): Artifact<A> => {
  const { read, write } = textOf(kind, schema)
  return {
    kind,
    encode: (value) => Effect.map(write(value), (written) => utf8.encode(written)),
    decode: (bytes) =>
      Effect.flatMap(
        text(kind, () => new TextDecoder().decode(bytes)),
        read
      )
  }
}

/** Any value that a schema describes, as JSON. */
export const json = <A, E>(schema: Schema.ConstraintCodec<A, E>): Artifact<A> => jsonOf("json", schema)

/** Rows of one schema, as a JSON array. */
export const table = <A, E>(row: Schema.ConstraintCodec<A, E>): Artifact<ReadonlyArray<A>> => ({
  ...jsonOf("table", Schema.Array(row)),
  cells: cellsOf(row)
})

/** Figures by name. The names are types: a table column that is not among them does not compile. */
export const metrics = <const Name extends string>(
  names: ReadonlyArray<Name>
): Artifact<{ readonly [N in Name]: Measure }> => {
  const fields = Object.fromEntries(names.map((name) => [name, MeasureSchema])) as {
    readonly [N in Name]: typeof MeasureSchema
  }
  const artifact = jsonOf("metrics", Schema.Struct(fields)) as Artifact<{ readonly [N in Name]: Measure }>
  return { ...artifact, names }
}

/** Sentences that a table prints under its caption: what the data are, what was missing. */
export const Notes = Schema.Struct({
  /** What produced the figures. */
  caption: Schema.Array(Schema.String),
  /** What was counted: missing words, dropped rows. */
  notes: Schema.Array(Schema.String)
})
export type Notes = typeof Notes.Type

/** Sentences for the table's caption and notes. */
export const notes: Artifact<Notes> = jsonOf("notes", Notes)

/**
 * What groups of test rows add to a cell's figures: as the pipeline's output `contributions` it lets the table's intervals
 * cover the finite test set too.
 */
export const contributions: Artifact<Contributions> = jsonOf("json", Contributions)

declare const Names: unique symbol

/** Named tensors. */
export interface Tensors<F extends Fields> {
  readonly tensors: TensorsOf<F>
  /** Carries all names, so that an artifact with further tensors is another type; never present at run time. */
  readonly [Names]?: keyof F
}

/** Named tensors and what is said of them. */
export interface TensorsWith<F extends Fields, M> extends Tensors<F> {
  readonly meta: M
}

/** Tensors whose names are known only when they are there, and what is said of them. */
export interface AnyTensors<M> {
  readonly tensors: { readonly [name: string]: Tensor }
  readonly meta: M
}

const tensorsInvalid = (problem: string) => new ArtifactInvalid({ kind: "tensors", problem })

const metaOf = <M, E>(schema: Schema.ConstraintCodec<M, E>) => {
  const { read, write } = textOf("tensors", schema)
  const ofMeta = ({ problem }: ArtifactInvalid) => tensorsInvalid(`meta: ${problem}`)
  return {
    write: (meta: M) => Effect.mapError(write(meta), ofMeta),
    read: ({ meta }: Safetensors.Decoded["metadata"]) =>
      meta === undefined ? Effect.fail(tensorsInvalid("meta: it is missing")) : Effect.mapError(read(meta), ofMeta)
  }
}

const fileOf = (bytes: Uint8Array): Effect.Effect<Safetensors.Decoded, ArtifactInvalid> => {
  const decoded = Safetensors.decode(bytes)
  return typeof decoded === "string" ? Effect.fail(tensorsInvalid(decoded)) : Effect.succeed(decoded)
}

/** `toFlat` and `ofFlat`: between a value's tensors and those of the file by name, or what is wrong with them. */
const codedTensors = <T, M, E>(
  schema: Schema.ConstraintCodec<M, E>,
  toFlat: (tensors: T) => Safetensors.Decoded["tensors"] | string,
  ofFlat: (flat: Safetensors.Decoded["tensors"]) => T | string
): Artifact<{ readonly tensors: T; readonly meta: M }> => {
  const meta = metaOf(schema)
  return {
    kind: "tensors",
    encode: (value) => {
      const flat = toFlat(value.tensors)
      if (typeof flat === "string") return Effect.fail(tensorsInvalid(flat))
      const problem = Safetensors.problemOf(flat)
      if (problem !== undefined) return Effect.fail(tensorsInvalid(problem))
      return Effect.map(meta.write(value.meta), (written) => Safetensors.encode(flat, { meta: written }))
    },
    decode: Effect.fnUntraced(function* (bytes) {
      const file = yield* fileOf(bytes)
      const read = ofFlat(file.tensors)
      if (typeof read === "string") return yield* tensorsInvalid(read)
      return { tensors: read, meta: yield* meta.read(file.metadata) }
    })
  }
}

const tensorsWith = <F extends Fields, M, E>(
  fields: F,
  schema: Schema.ConstraintCodec<M, E>
): Artifact<TensorsWith<F, M>> => {
  checkFields(fields)
  return codedTensors(
    schema,
    (value: TensorsOf<F>) => toFile(fields, value),
    (flat) => fromFile(fields, flat)
  )
}

const same = <A>(value: A): A => value

const isCodec = <F extends Fields, M, E>(
  first: F | Schema.ConstraintCodec<M, E>
): first is Schema.ConstraintCodec<M, E> => Schema.isSchema(first)

const noMeta = Schema.Struct({})

const tensorsAlone = <F extends Fields>(fields: F): Artifact<Tensors<F>> => {
  const { decode, encode, kind } = tensorsWith(fields, noMeta)
  return {
    kind,
    encode: (value) => encode({ ...value, meta: {} }),
    decode: (bytes) => Effect.map(decode(bytes), ({ tensors: read }) => ({ tensors: read }))
  }
}

/**
 * Named tensors, and metadata beside them where a schema is given, as safetensors: Python reads them. The metadata is
 * JSON under the key `meta`. Names, dtypes and sides are part of the type, and checked when tensors are written and
 * read: `Artifact.tensors({ x: F32("rows", "dims"), y: I32("rows") }, Meta)`. What the sides are called is each
 * declaration's own matter: a producer and a consumer agree where the ranks and the sizes given as numbers do. By a
 * schema alone, for names that are known only at run time, they are tensors of any names, dtypes and shapes.
 */
export function tensors<const F extends Fields>(fields: F): Artifact<Tensors<F>>
export function tensors<const F extends Fields, M, E>(
  fields: F,
  meta: Schema.ConstraintCodec<M, E>
): Artifact<TensorsWith<F, M>>
export function tensors<M, E>(meta: Schema.ConstraintCodec<M, E>): Artifact<AnyTensors<M>>
export function tensors<F extends Fields, M, E>(
  first: F | Schema.ConstraintCodec<M, E>,
  meta?: Schema.ConstraintCodec<M, E>
) {
  if (isCodec(first)) return codedTensors(first, same<AnyTensors<M>["tensors"]>, same)
  return meta === undefined ? tensorsAlone(first) : tensorsWith(first, meta)
}

/** Of any tensors, only what is said of them: for an input whose numbers do not matter. */
export const metadata = <M, E>(schema: Schema.ConstraintCodec<M, E>): Artifact<{ readonly meta: M }> => {
  const meta = metaOf(schema)
  return {
    kind: "tensors",
    encode: (value) => Effect.map(meta.write(value.meta), (written) => Safetensors.encode({}, { meta: written })),
    decode: (bytes) =>
      Effect.flatMap(fileOf(bytes), ({ metadata: written }) =>
        Effect.map(meta.read(written), (read) => ({ meta: read }))
      )
  }
}

export type { Fields, OptionalTensor, Side, TensorRecord, TensorsOf, TensorType } from "./Tensors.ts"
export { optional, record } from "./Tensors.ts"

/** Raw bytes. */
export const bytes: Artifact<Uint8Array> = {
  kind: "bytes",
  encode: Effect.succeed,
  decode: Effect.succeed
}

/** What is stored as it is, not as the encoding of a value. */
const stored = (kind: "file" | "folder"): Artifact<FileRef, string | FileRef> => {
  const refused = () => Effect.fail(new ArtifactInvalid({ kind, problem: "it is stored as it is, not as a value" }))
  return { kind, encode: refused, decode: refused }
}

/**
 * A file: a user's, wired from {@link External.file}, or another stage's output. A stage receives its path and content
 * hash, and must not write to it. As its output it gives the absolute path of a file below {@link Scratch}; the content is taken into
 * the store without being held in memory.
 */
export const file: Artifact<FileRef, string | FileRef> = stored("file")

/** As {@link file}, a folder with everything in it: files (and whether they can be executed), links within it, empty folders. */
export const folder: Artifact<FileRef, string | FileRef> = stored("folder")

/** The value of an environment variable, null where it is not set: wired from {@link External.env}. */
export const env: Artifact<string | null> = jsonOf("json", Schema.NullOr(Schema.String))

/** For a stage's inputs: wired with an array of nodes (shards of a whole, the seeds of a variant), received as an array in its order. */
export const list = <A>(element: Artifact<A, never>): List<A> => ({ kind: "list", element })
