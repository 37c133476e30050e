import { assert, describe, it } from "@effect/vitest"
import { grouped } from "../../src/cli/Causes.ts"
import type { Cause } from "../../src/plan/Why.ts"
import type { ToldExplanation } from "../../src/session/ToldExplanation.ts"
import { artifact } from "../plan/declared.ts"

describe("nodes that are told together", () => {
  it("are those of one stage with the same causes, however far away these are", () => {
    const config = (to: string): Cause => ({
      difference: { kind: "config", path: "rows", from: "1", to },
      because: []
    })
    const input = (because: Cause): Cause => ({
      difference: { kind: "input", name: "x", from: artifact("a"), to: artifact(JSON.stringify(because)) },
      source: "step",
      because: [because]
    })
    const node = (name: string, cause: Cause): ToldExplanation => ({
      node: name,
      stage: "step",
      status: "hit",
      verdict: "differs",
      causes: [cause],
      waitsFor: [],
      lines: []
    })
    const groups = grouped([
      node("direct", config("2")),
      node("near", input(config("2"))),
      node("far", input(input(config("2")))),
      node("other", input(config("3")))
    ])
    assert.deepStrictEqual(
      groups.map((group) => group.map((each) => each.node)),
      [["direct"], ["near", "far"], ["other"]]
    )
  })
})
