import { assert, describe, it } from "@effect/vitest"
import { Schema } from "effect"
import * as fc from "fast-check"
import * as External from "../../src/declare/External.ts"
import * as Stage from "../../src/declare/Stage.ts"
import { Key, RunId } from "../../src/domain/Hash.ts"
import { taskOf } from "../../src/execute/NodeTask.ts"
import { Task, TaskEvent, TaskOutcome, timeOf } from "../../src/execute/Task.ts"
import type { DagNode, Wire } from "../../src/plan/Dag.ts"
import { artifact, dagOf, number, stage } from "../plan/declared.ts"

/** Through text, as a queue would send it. */
const sent = <T, E>(schema: Schema.Codec<T, E>, value: T): T => {
  const json = Schema.toCodecJson(schema)
  return Schema.decodeUnknownSync(json)(JSON.parse(JSON.stringify(Schema.encodeSync(json)(value))))
}

const text = fc.string({ unit: "binary" })
const hash = fc.string({ maxLength: 8 }).map(artifact)
const ms = fc.double({ min: 0, noNaN: true, noDefaultInfinity: true })
const task: fc.Arbitrary<Task> = fc.record({
  program: fc.record({ hash: text, name: text, variables: fc.array(text) }),
  stage: fc.record({ name: text, module: text, export: text, kind: text, variables: fc.array(text) }),
  run: text.map((each) => RunId.make(`r${each}`)),
  node: text,
  key: hash.map((each) => Key.make(each)),
  record: text,
  isForced: fc.boolean(),
  needs: fc.record({ cpus: ms, memory: fc.nat(), gpus: fc.nat(), tags: fc.array(text) }),
  // −0 is the one number that JSON text does not keep.
  config: fc.jsonValue().map((value): Schema.Json => JSON.parse(JSON.stringify(value))),
  inputs: fc.array(
    fc.oneof(
      fc.record({ name: text, artifact: hash }),
      fc.record({ name: text, external: fc.record({ path: text, hash }) }),
      fc.record({ name: text, external: fc.record({ variable: text, value: fc.option(text), hash }) })
    )
  ),
  numerics: fc.option(text),
  time: fc.option(fc.record({ limitMs: ms, spentMs: ms }))
})

const left = fc.option(text)
const failure = fc.oneof(
  fc.record({ tag: text, message: text }),
  fc.record({ tag: text, message: text, place: text, detail: text })
)
const made = { hash, size: fc.nat(), inline: fc.option(fc.uint8Array({ maxLength: 300 })) }
const outcome: fc.Arbitrary<TaskOutcome> = fc.oneof(
  fc.record({
    _tag: fc.constant("Succeeded" as const),
    ...made,
    parts: fc.array(fc.record(made), { maxLength: 3 }),
    left,
    durationMs: ms
  }),
  fc.record({
    _tag: fc.constant("Stored" as const),
    run: text.map((each) => RunId.make(`r${each}`)),
    hash,
    size: fc.nat(),
    isUnlike: fc.boolean(),
    left,
    durationMs: ms
  }),
  fc.record({ _tag: fc.constant("Failed" as const), failure, left, durationMs: ms })
)
const event: fc.Arbitrary<TaskEvent> = fc.oneof(
  fc.record({ _tag: fc.constant("Started" as const), worker: fc.integer() }),
  fc.record({ _tag: fc.constant("Started" as const), worker: fc.integer(), host: text }),
  fc.record({
    _tag: fc.constant("Progress" as const),
    current: ms,
    total: fc.option(ms),
    unit: text,
    metrics: fc.dictionary(text, ms)
  }),
  fc.record({ _tag: fc.constant("Printed" as const), printed: fc.record({ name: text, node: fc.option(text), text }) })
)

describe("a task", () => {
  it("comes back from its text as it was, as do its events and its outcome", () => {
    fc.assert(fc.property(task, (each) => assert.deepStrictEqual(sent(Task, each), each)))
    fc.assert(fc.property(event, (each) => assert.deepStrictEqual(sent(TaskEvent, each), each)))
    fc.assert(
      fc.property(outcome, (each) => {
        const back = sent(TaskOutcome, each)
        // From text bytes come as a plain array of bytes, whatever class held them.
        const plain = (one: TaskOutcome) =>
          one._tag !== "Succeeded" ? one : { ...one, inline: one.inline === null ? null : [...one.inline] }
        assert.deepStrictEqual(plain(back), plain(each))
      })
    )
  })

  it("of a node names its inputs by the wire: two files of equal content are two", () => {
    const source = stage("source")
    const sum = stage("sum", ["a", "b", "x"])
    const same = artifact("same")
    const [one, two] = [
      { path: "/one", hash: same },
      { path: "/two", hash: same }
    ]
    const dag = dagOf(sum.node({ a: source.node(), b: source.node(), x: source.node() }, { k: 1 }))
    const external = (index: number): Wire => ({ _tag: "External", index, declared: External.file("x") })
    const node = { ...dag.nodes[1], inputs: [external(0), external(1), dag.nodes[0] as DagNode] }
    const made = taskOf(
      {
        runId: RunId.make("r"),
        program: { hash: "p", name: "e.ts", variables: ["HOME"] },
        findStage: ({ name }) => ({ module: "m.ts", export: name, variables: ["LANG"] }),
        externals: [one, two]
      },
      {
        node: { ...(node as ReturnType<typeof dagOf>["nodes"][number]), id: "sum#1" },
        key: Key.make("0".repeat(64)),
        record: "{}",
        isForced: true,
        inputs: [same, same, artifact("x")],
        spentMs: 12
      }
    )
    assert.deepStrictEqual(made, {
      program: { hash: "p", name: "e.ts", variables: ["HOME"] },
      stage: { name: "sum", module: "m.ts", export: "sum", kind: "json", variables: ["LANG"] },
      run: RunId.make("r"),
      node: "sum#1",
      key: Key.make("0".repeat(64)),
      record: "{}",
      isForced: true,
      needs: { cpus: 1, memory: 0, gpus: 0, tags: [] },
      config: { k: 1 },
      inputs: [
        { name: "a", external: one },
        { name: "b", external: two },
        { name: "x", artifact: artifact("x") }
      ],
      numerics: null,
      time: null
    })
    assert.deepStrictEqual(sent(Task, made), made)
  })

  it("has the numerics of its key, and the time that is left of the stage's", () => {
    const timed = Stage.make("timed", {
      output: number,
      timeout: "2 seconds",
      numerics: () => "tfjs-node",
      run: () => {
        throw new Error("never run")
      }
    })
    const [node] = dagOf(timed.node({})).nodes
    if (node === undefined) return assert.fail("no node")
    const made = taskOf(
      {
        runId: RunId.make("r"),
        program: { hash: "p", name: "e.ts", variables: [] },
        findStage: () => ({ module: "m", export: "e" }),
        externals: []
      },
      { node, key: Key.make("0".repeat(64)), record: "{}", isForced: false, inputs: [], spentMs: 500 }
    )
    assert.deepStrictEqual([made.numerics, made.time], ["tfjs-node", { limitMs: 2000, spentMs: 500 }])
    assert.isNull(timeOf(Number.POSITIVE_INFINITY, 500))
  })
})
