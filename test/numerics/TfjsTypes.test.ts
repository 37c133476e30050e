/** A project without TensorFlow.js: the engine trains, the other back end says what to install, the types compile. */
import { spawnSync } from "node:child_process"
import { cpSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs"
import { createRequire } from "node:module"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import { fileURLToPath } from "node:url"
import { afterAll, assert, beforeAll, describe, it } from "vitest"

const root = fileURLToPath(new URL("../..", import.meta.url))
const folder = realpathSync(mkdtempSync(join(tmpdir(), "ablate-no-tfjs-")))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const training = `import { Effect } from "effect"
import { f32 } from "./src/domain/Tensor.ts"
import { Train } from "./src/numerics/index.ts"

const network = { inputs: 1, trunk: [], heads: [{ name: "y", units: 1, activation: "identity" }] } as const
const x = f32([2, 1], new Float32Array([1, 2]))
const parameters = { "heads.y.weight": f32([1, 1], new Float32Array([2])), "heads.y.bias": f32([1], new Float32Array(1)) }
const outcomeOf = (backend: "engine" | "tfjs") =>
  Train.predict({ network, parameters, x, backend }).pipe(
    Effect.match({
      onFailure: (error) => ({ tag: error._tag, message: error.message }),
      onSuccess: ({ y }) => [...y.outputs.data]
    })
  )
console.log(JSON.stringify(await Effect.runPromise(Effect.all([outcomeOf("engine"), outcomeOf("tfjs")]))))
`

const node = (...args: ReadonlyArray<string>) => {
  const { status, stderr, stdout } = spawnSync(process.execPath, args, { cwd: folder, encoding: "utf8" })
  assert.strictEqual(status, 0, stdout + stderr)
  return stdout
}

beforeAll(() => {
  for (const room of ["src/domain", "src/numerics"]) cpSync(join(root, room), join(folder, room), { recursive: true })
  mkdirSync(join(folder, "node_modules/@types"), { recursive: true })
  for (const name of ["effect", "@types/node"])
    symlinkSync(join(root, "node_modules", name), join(folder, "node_modules", name), "dir")
  writeFileSync(join(folder, "package.json"), JSON.stringify({ type: "module" }))
  writeFileSync(join(folder, "main.ts"), training)
})

describe("without TensorFlow.js", () => {
  it("the engine works, and the back end that needs it is refused with the command that installs it", () => {
    assert.deepStrictEqual(JSON.parse(node("main.ts")), [
      [2, 4],
      {
        tag: "TrainingRefused",
        message:
          'Cannot train: backend is "tfjs" without TensorFlow.js, expected its packages: npm install @tensorflow/tfjs-core@4.22.0 @tensorflow/tfjs-backend-wasm@4.22.0.'
      }
    ])
  })

  it("a strict program that trains on the engine compiles against the declarations", () => {
    const types = join(root, "src/dist/types/numerics/index.d.ts")
    cpSync(dirname(dirname(types)), join(folder, "types"), { recursive: true })
    writeFileSync(
      join(folder, "user.ts"),
      `import { type Parameters, Train } from "./types/numerics/index.js"
export const parametersOf = (training: Train.Prediction): Parameters => training.parameters
export const fit = Train.fit
export const own = Train.fitTfjs
`
    )
    const compiler = join(dirname(createRequire(import.meta.url).resolve("typescript/package.json")), "bin/tsc")
    node(
      compiler,
      ...["--noEmit", "--strict", "--skipLibCheck", "false", "--module", "nodenext", "--target", "es2024"],
      ...["--types", "node", "user.ts"]
    )
  })
})
