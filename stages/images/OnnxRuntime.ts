/** Which ONNX runtime this machine has: the native one where it loads, else WebAssembly. */
import { createRequire } from "node:module"
import { pathToFileURL } from "node:url"
import { Effect } from "effect"
import { packageId } from "./packageId.ts"

/** What both runtimes export. */
export type Ort = typeof import("onnxruntime-web")

export type RuntimeKind = "native" | "wasm"

const require = createRequire(import.meta.url)

// Not written as an import: the package is optional, and a program that names it could not be compiled without it.
const NATIVE: string = "onnxruntime-node"

let native: boolean | undefined

/** Whether the native runtime loads here; loads it once a thread (30 ms). */
export const hasNative = (): boolean =>
  (native ??= Effect.runSync(
    Effect.match(
      Effect.try(() => void require(NATIVE)),
      { onFailure: () => false, onSuccess: () => true }
    )
  ))

export const runtimeKind = (): RuntimeKind => (hasNative() ? "native" : "wasm")

/** `onnxruntime-node@1.30.0`: enters the keys of what it computes. */
export const runtimeId = (kind: RuntimeKind = runtimeKind()): string =>
  packageId(kind === "native" ? NATIVE : "onnxruntime-web")

const loadNative = async (): Promise<Ort> => import(pathToFileURL(require.resolve(NATIVE)).href)

const loadWasm = async (): Promise<Ort> => {
  const ort = await import("onnxruntime-web")
  ort.env.wasm.numThreads = 1
  return ort
}

const loaded = new Map<RuntimeKind, Promise<Ort>>()

/** Rejects where the package is not installed. */
export const loadRuntime = (kind: RuntimeKind): Promise<Ort> => {
  const known = loaded.get(kind) ?? (kind === "native" ? loadNative() : loadWasm())
  loaded.set(kind, known)
  return known
}
