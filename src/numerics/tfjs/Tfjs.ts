/** Loads TensorFlow.js: tfjs-node where it is installed, else tfjs-core on the WebAssembly back end. */
import { existsSync } from "node:fs"
import * as modules from "node:module"
import { dirname, join } from "node:path"
import { pathToFileURL } from "node:url"
import { Effect } from "effect"
import type { Tf } from "../TfjsTypes.ts"
import { refused, type TrainingRefused } from "../TrainingRefused.ts"
import { putBackRemovedUtil } from "./RemovedUtil.ts"

export type TfjsVariant = "tfjs-node" | "tfjs-wasm"

const require = modules.createRequire(import.meta.url)
const NODE = "@tensorflow/tfjs-node"
const WASM = ["@tensorflow/tfjs-core", "@tensorflow/tfjs-backend-wasm"]

/** The release whose results were compared with the engine's. */
export const TFJS_VERSION = "4.22.0"

const holds = (name: string, file: string) =>
  require.resolve.paths(name)?.some((folder) => existsSync(join(folder, name, file))) === true

/** Which one `loadTfjs` gives on this machine. Loads nothing. */
export const tfjsVariant = (): TfjsVariant => (holds(NODE, "lib") ? "tfjs-node" : "tfjs-wasm")

/** Loads once a process; later calls give the same namespace. Fails where the packages are not installed, and says which. */
export const loadTfjs: Effect.Effect<Tf, TrainingRefused> = Effect.suspend(() => {
  const missing = tfjsVariant() === "tfjs-node" ? [] : WASM.filter((name) => !holds(name, "package.json"))
  return missing.length === 0
    ? Effect.promise(() => (loaded ??= load()))
    : Effect.fail(
        refused(
          "backend",
          '"tfjs" without TensorFlow.js',
          `its packages: npm install ${missing.map((name) => `${name}@${TFJS_VERSION}`).join(" ")}`
        )
      )
})

let loaded: Promise<Tf> | undefined

const load = (): Promise<Tf> => (tfjsVariant() === "tfjs-node" ? loadNode() : loadWasm())

const loadNode = async (): Promise<Tf> => {
  putBackRemovedUtil()
  const name: string = NODE
  // tfjs-node re-exports tfjs-core; it has no types where it is not installed.
  const tf: Tf = await import(name)
  await tf.ready()
  return tf
}

const loadWasm = async (): Promise<Tf> => {
  const tf = await import("@tensorflow/tfjs-core")
  const wasm = await import("@tensorflow/tfjs-backend-wasm")
  await registerGradients()
  wasm.setWasmPaths(`${dirname(require.resolve("@tensorflow/tfjs-backend-wasm"))}/`)
  await tf.setBackend("wasm")
  await tf.ready()
  return tf
}

/**
 * The package's CommonJS build leaves the gradients out. Its ES modules have them, but import each other without extensions, which
 * Node refuses: a hook adds them for these files only. Both copies share the engine and the registries, which tfjs keeps
 * on the global object. (Read from the namespace, so that a Node without hooks can still load the engine.)
 */
const registerGradients = async (): Promise<void> => {
  const folder = `${pathToFileURL(dirname(require.resolve("@tensorflow/tfjs-core"))).href}/`
  const hook = modules.registerHooks({
    resolve: (specifier, context, next) =>
      context.parentURL?.startsWith(folder) === true && specifier.startsWith(".") && !specifier.endsWith(".js")
        ? next(`${specifier}.js`, context)
        : next(specifier, context)
  })
  await import(`${folder}register_all_gradients.js`).finally(() => hook.deregister())
}
