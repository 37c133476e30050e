/** What names the arithmetic of TensorFlow.js in keys: another library, release or switch is another name. */
import { spawnSync } from "node:child_process"
import { cpSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import { fileURLToPath } from "node:url"
import { afterAll, assert, beforeEach, describe, it } from "vitest"

const root = fileURLToPath(new URL("../../..", import.meta.url))
const folder = realpathSync(mkdtempSync(join(tmpdir(), "ablate-tfjs-")))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const ids = `import { tfjsId, variantOf } from "./src/numerics/tfjs/TfjsInstalled.ts"
console.log(JSON.stringify({ tfjs: tfjsId(variantOf("tfjs")), node: tfjsId("tfjs-node"), wasm: tfjsId("tfjs-wasm") }))
`

const prediction = `import { Effect } from "effect"
import { f32 } from "./src/domain/Tensor.ts"
import { Train } from "./src/numerics/index.ts"

const network = { inputs: 1, trunk: [], heads: [{ name: "y", units: 1, activation: "identity" }] } as const
const parameters = { "heads.y.weight": f32([1, 1], new Float32Array([2])), "heads.y.bias": f32([1], new Float32Array(1)) }
const x = f32([1, 1], new Float32Array([1]))
const error = await Effect.runPromise(Effect.flip(Train.predict({ network, parameters, x, backend: "tfjs-node" })))
console.log(error.message)
`

const output = (file: string, env: Readonly<Record<string, string>> = {}): string => {
  const { status, stderr, stdout } = spawnSync(process.execPath, [file], {
    cwd: folder,
    encoding: "utf8",
    env: { ...process.env, ...env }
  })
  assert.strictEqual(status, 0, stderr)
  return stdout
}

interface Ids {
  readonly tfjs: string
  readonly node: string
  readonly wasm: string
}

const idsWith = (env?: Readonly<Record<string, string>>): Ids => JSON.parse(output("ids.ts", env))

const write = (path: string, content: string | Uint8Array) => {
  const file = join(folder, "node_modules", path)
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, content)
}
const NODE = "@tensorflow/tfjs-node"
const LIBRARY = `${NODE}/deps/lib/libtensorflow.so.2`
const release = (version: string) => JSON.stringify({ name: NODE, version, main: "index.js" })

/** As its own are: longer than what is read of it, with what differs at an end. */
const library = (last: number): Uint8Array => {
  const bytes = new Uint8Array(300_000)
  bytes[bytes.length - 1] = last
  return bytes
}

beforeEach(() => {
  rmSync(folder, { recursive: true, force: true })
  for (const room of ["src/domain", "src/numerics"]) cpSync(join(root, room), join(folder, room), { recursive: true })
  mkdirSync(join(folder, "node_modules"))
  symlinkSync(join(root, "node_modules/effect"), join(folder, "node_modules/effect"), "dir")
  writeFileSync(join(folder, "package.json"), JSON.stringify({ type: "module" }))
  writeFileSync(join(folder, "ids.ts"), ids)
  writeFileSync(join(folder, "prediction.ts"), prediction)
  for (const name of ["tfjs-core", "tfjs-backend-wasm"])
    write(`@tensorflow/${name}/package.json`, JSON.stringify({ version: "4.22.0" }))
})

describe("the name of TensorFlow.js' arithmetic", () => {
  it("is that of WebAssembly without a native library, also where the package is there and its script was refused", () => {
    write(`${NODE}/package.json`, release("4.22.0"))
    const wasm = "tfjs-wasm@4.22.0"
    assert.deepStrictEqual(idsWith(), { tfjs: wasm, node: "tfjs-node@none", wasm })
    const message = output("prediction.ts")
    assert.match(message, /^Cannot train: backend is "tfjs-node" without its native library, expected its packages: /)
    assert.include(message, "npm install @tensorflow/tfjs-node@4.22.0 (where its download is refused, docs/numerics.md")
    write("@tensorflow/tfjs-backend-wasm/package.json", JSON.stringify({ version: "4.21.0" }))
    assert.strictEqual(idsWith().wasm, "tfjs-wasm@4.22.0+4.21.0")
  })

  it("tells native libraries apart by release, content and switches, and says where one does not load", () => {
    write(`${NODE}/package.json`, release("4.22.0"))
    write(`${NODE}/lib/napi-v8/tfjs_binding.node`, "binding")
    write(`${NODE}/index.js`, 'throw new Error("no AVX here")')
    write(LIBRARY, library(1))
    const { node: first, tfjs } = idsWith()
    assert.match(first, /^tfjs-node@4\.22\.0 library@[0-9a-f]{12} processor@[0-9a-f]{12}$/)
    assert.strictEqual(tfjs, first)
    assert.include(output("prediction.ts"), "tfjs-node, which does not load (no AVX here), expected one that was built")
    // How it is linked, which build the binding is, and what it logs change nothing.
    write(`${NODE}/lib/napi-v8/tfjs_binding.node`, "another build")
    symlinkSync("libtensorflow.so.2", join(folder, "node_modules", dirname(LIBRARY), "libtensorflow.so"))
    assert.strictEqual(idsWith({ TF_CPP_MIN_LOG_LEVEL: "3" }).tfjs, first)

    write(LIBRARY, library(2))
    const others = [
      idsWith(),
      idsWith({ TF_ENABLE_ONEDNN_OPTS: "0" }),
      idsWith({ TF_ENABLE_ONEDNN_OPTS: "1" }),
      idsWith({ ONEDNN_MAX_CPU_ISA: "AVX2" })
    ]
    write(`${NODE}/package.json`, release("4.23.0"))
    const names = [...others, idsWith()].map(({ tfjs }) => tfjs)
    assert.strictEqual(new Set([first, ...names]).size, 6, names.join("\n"))
  })
})
