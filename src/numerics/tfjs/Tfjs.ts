/** Loads TensorFlow.js: tfjs-node, or tfjs-core on the WebAssembly back end. */
import * as modules from "node:module"
import { dirname } from "node:path"
import { pathToFileURL } from "node:url"
import { Effect } from "effect"
import type { Tf } from "../TfjsTypes.ts"
import { refused, type TrainingRefused } from "../TrainingRefused.ts"
import { putBackRemovedUtil } from "./RemovedUtil.ts"
import { missingFor, TFJS_VERSION, type TfjsVariant, variantOf } from "./TfjsInstalled.ts"

/** TensorFlow.js with the back end of one variant. */
export interface Tfjs {
  readonly tf: Tf
  /**
   * Computes on this back end. All copies of tfjs-core in a thread share one engine, so whoever used it last may have set
   * another. What is given must not wait: it would go on with whatever is set then.
   */
  readonly on: <A>(use: () => A) => A
}

const require = modules.createRequire(import.meta.url)

const backends: Readonly<Record<TfjsVariant, string>> = { "tfjs-node": "tensorflow", "tfjs-wasm": "wasm" }

const loaded = new Map<TfjsVariant, Promise<Tfjs>>()

const load = async (variant: TfjsVariant): Promise<Tfjs> => {
  const tf = await (variant === "tfjs-node" ? loadNode() : loadWasm())
  const backend = backends[variant]
  return {
    tf,
    on: (use) => {
      // Immediate, since it is initialised.
      if (tf.getBackend() !== backend) void tf.setBackend(backend)
      return use()
    }
  }
}

const messageOf = (cause: unknown): string => (cause instanceof Error ? cause.message : String(cause))

/** What to do where packages are missing, or do not load. */
const advice: Readonly<Record<TfjsVariant, { readonly missing: string; readonly broken: string }>> = {
  "tfjs-node": {
    missing: ' (where its download is refused, docs/numerics.md says how it is built), or "tfjs-wasm"',
    broken: 'one that was built for this machine (docs/numerics.md), or "tfjs-wasm"'
  },
  "tfjs-wasm": { missing: "", broken: "packages of one release, as npm ci installs them" }
}

/**
 * Loads once a thread; later calls give the same. Fails where the packages are not installed, and says which, and where they do
 * not load.
 */
export const loadTfjs = (backend: TfjsVariant | "tfjs" = "tfjs"): Effect.Effect<Tfjs, TrainingRefused> =>
  Effect.suspend(() => {
    const variant = variantOf(backend)
    const missing = missingFor(variant)
    const loading = missing.length > 0 ? undefined : (loaded.get(variant) ?? load(variant))
    if (loading === undefined) {
      const install = missing.map((name) => `${name}@${TFJS_VERSION}`).join(" ")
      const found = backend === "tfjs-node" ? "its native library" : "TensorFlow.js"
      return Effect.fail(
        refused(
          "backend",
          `"${backend}" without ${found}`,
          `its packages: npm install ${install}${advice[variant].missing}`
        )
      )
    }
    loaded.set(variant, loading)
    return Effect.tryPromise({
      try: () => loading,
      catch: (cause) =>
        refused("backend", `${variant}, which does not load (${messageOf(cause)})`, advice[variant].broken)
    })
  })

const loadNode = async (): Promise<Tf> => {
  putBackRemovedUtil()
  // Not written as an import: it has no types where it is not installed. It re-exports tfjs-core.
  const name: string = "@tensorflow/tfjs-node"
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
