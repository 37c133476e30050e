import { writeFileSync } from "node:fs"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { centernet } from "../../../stages/images/centernet.ts"
import { centernetFiles } from "../../../stages/images/centernetFiles.ts"
import { fileRef } from "./fileRef.ts"
import { folder } from "./folder.ts"
import { pattern } from "./pattern.ts"

const { graph, weights } = centernetFiles()
const root = folder()

describe("the extractor that comes with the project", () => {
  it.live("gives 480 finite values, the same bits twice, others for another image", () =>
    Effect.gen(function* () {
      const extractor = yield* centernet(fileRef(graph), fileRef(weights))
      const first = yield* extractor.embed(pattern(64, 48))
      const other = yield* extractor.embed(pattern(30, 90))
      assert.strictEqual(first.length, 480)
      assert.isTrue(first.every(Number.isFinite))
      assert.notDeepEqual(other, first)
      assert.deepStrictEqual(yield* extractor.embed(pattern(64, 48)), first)
      // A layer behind hard swish: nothing below its minimum of −3/8.
      assert.isTrue(first.every((value) => value >= -0.375))
      assert.isAbove(new Set(first).size, 400)
    })
  )

  it.live("names a file that is not a network", () =>
    Effect.gen(function* () {
      const path = join(root, "graph.json")
      writeFileSync(path, `{"modelTopology": {}}`)
      const { message } = yield* Effect.flip(centernet(fileRef(path), fileRef(weights)))
      assert.include(message, `${path}: the network does not load:`)
      assert.include(message, "weightsManifest")
    })
  )
})
