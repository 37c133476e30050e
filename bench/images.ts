/** Images: decoding and resizing on two cores, and embedding on one, beside Pillow and PyTorch on the same files. */
import { createHash } from "node:crypto"
import { writeFileSync } from "node:fs"
import { readFile } from "node:fs/promises"
import { join } from "node:path"
import { Worker } from "node:worker_threads"
import type { FileRef } from "ablate"
import { Rng } from "ablate/numerics"
import { Effect } from "effect"
import { ArtifactHash } from "../src/domain/Hash.ts"
import { centernet } from "../stages/images/centernet.ts"
import { centernetFiles } from "../stages/images/centernetFiles.ts"
import { decode } from "../stages/images/decode.ts"
import type { Extractor } from "../stages/images/Extractor.ts"
import { hasNative, type RuntimeKind } from "../stages/images/OnnxRuntime.ts"
import { resnet34 } from "../stages/images/resnet34.ts"
import { type Bench, type Figure, say } from "./rig/Bench.ts"
import { temporary } from "./rig/Folder.ts"
import { onnxFile } from "./rig/OnnxFile.ts"
import { resnet34Graph } from "./rig/OnnxResNet34.ts"
import { pythonDecoding, pythonEmbedding } from "./rig/PythonImages.ts"

const FILES = 120
/** Of them for the networks. */
const EMBEDDED = 12
const ROUNDS = 5
const CORES = 2

/** JPEGs of 640 × 480, COCO's usual size, with edges and noise: about 130 kB each, as photographs are. */
const generate = async (folder: string): Promise<ReadonlyArray<string>> => {
  const { default: sharp } = await import("sharp")
  const [width, height] = [640, 480]
  const files: Array<string> = []
  for (let at = 0; at < FILES; at++) {
    const stream = Rng.stream(at, "bench/images")
    const rgb = new Uint8ClampedArray(width * height * 3)
    const [across, down] = [1 + stream.below(5), 1 + stream.below(5)]
    for (let y = 0; y < height; y++)
      for (let x = 0; x < width; x++)
        for (let channel = 0; channel < 3; channel++)
          rgb[(y * width + x) * 3 + channel] =
            ((x * across + y * down * (channel + 1)) & 255) * 0.7 + (stream.bits32() & 31) + ((x >> 6) & 1) * 30
    const file = join(folder, `${at}.jpg`)
    await sharp(rgb, { raw: { width, height, channels: 3 } })
      .jpeg({ quality: 90 })
      .toFile(file)
    files.push(file)
  }
  return files
}

const best = (rates: ReadonlyArray<number>): number => Math.max(...rates)

/** Images a second, once for each round, after one round to warm up. */
const rates = async (count: number, rounds: number, round: () => Promise<unknown>): Promise<ReadonlyArray<number>> => {
  await round()
  const found: Array<number> = []
  for (let at = 0; at < rounds; at++) {
    const start = performance.now()
    await round()
    found.push((count / (performance.now() - start)) * 1000)
  }
  return found
}

const decoding = async (files: ReadonlyArray<string>): Promise<Figure> => {
  const workers = Array.from({ length: CORES }, () => new Worker(new URL("rig/DecodeWorker.ts", import.meta.url)))
  const ours = await rates(files.length, ROUNDS, () =>
    Promise.all(
      workers.map((worker, core) => {
        const done = new Promise((resolve, reject) => worker.once("message", resolve).once("error", reject))
        worker.postMessage(files.filter((_, at) => at % CORES === core))
        return done
      })
    )
  )
  await Promise.all(workers.map((worker) => worker.terminate()))
  const peer = pythonDecoding(files, ROUNDS)
  say(`decode, resize, normalise on ${CORES} cores: ${best(ours).toFixed(0)} images a second (goal: 100)`)
  if (peer !== undefined) say(`  ${peer.name}, two processes: ${best(peer.rates).toFixed(0)}`)
  return {
    ours: best(ours),
    peer: peer === undefined ? null : best(peer.rates),
    unit: "images/s",
    peerName: `${peer?.name ?? "Pillow, NumPy"}, two processes`,
    note: `JPEG 640 × 480 to float32 [3, 224, 224], ${CORES} threads, best of ${ROUNDS} rounds; the pixels are Pillow's, bit for bit`
  }
}

const embedding = async (extractor: Extractor, files: ReadonlyArray<string>, rounds: number) => {
  let first: Float32Array | undefined
  const found = await rates(files.length, rounds, async () => {
    for (const file of files) {
      const values = await Effect.runPromise(
        Effect.flatMap(decode(await readFile(file)), (image) => extractor.embed(image))
      )
      first ??= values
    }
  })
  return { first: first ?? new Float32Array(), rate: best(found) }
}

const refOf = (path: string): FileRef => ({
  path,
  hash: ArtifactHash.make(createHash("sha256").update(path).digest("hex"))
})

const networks = async (folder: string, files: ReadonlyArray<string>): Promise<{ readonly [id: string]: Figure }> => {
  const { graph, parameters } = resnet34Graph(1)
  say(`ResNet-34 with random weights: ${parameters.toLocaleString("en-US")} parameters before its last layer`)
  // torchvision's resnet34 without `fc`.
  if (parameters !== 21_284_672) throw new Error(`the graph is not ResNet-34: ${parameters} parameters`)
  const path = join(folder, "resnet34.onnx")
  writeFileSync(path, onnxFile(graph))
  const flat = join(folder, "resnet34.f32")
  writeFileSync(
    flat,
    Buffer.concat(graph.weights.map(({ data }) => Buffer.from(data.buffer, data.byteOffset, data.byteLength)))
  )
  const peer = pythonEmbedding(flat, files, 3)
  const torch = peer === undefined ? null : best(peer.rates)
  const unit = "images/s"
  const figures: Record<string, Figure> = {}
  const kinds: ReadonlyArray<RuntimeKind> = hasNative() ? ["native", "wasm"] : ["wasm"]
  for (const kind of kinds) {
    const extractor = await Effect.runPromise(resnet34(refOf(path), kind))
    const { first, rate } = await embedding(extractor, files, kind === "native" ? 3 : 1)
    const gap = peer?.first.reduce((most, value, at) => Math.max(most, Math.abs(value - (first[at] ?? 0))), 0)
    if (gap !== undefined && !(gap < 1e-3)) throw new Error(`ResNet-34 (${kind}) is not PyTorch's: ${gap} apart`)
    say(`ResNet-34 on one thread (${kind}): ${rate.toFixed(1)} images a second from file to embedding`)
    if (peer !== undefined && torch !== null)
      say(
        `  ${peer.name}, one thread: ${torch.toFixed(1)}; largest difference of an embedding ${gap?.toExponential(1)}`
      )
    figures[kind === "native" || kinds.length === 1 ? "resnet34" : "resnet34/wasm"] = {
      ours: rate,
      peer: torch,
      unit,
      peerName: `${peer?.name ?? "PyTorch, Pillow, NumPy"}, one thread, normalisation folded`,
      note: `onnxruntime-${kind === "native" ? "node" : "web"}, one thread, from file to embedding`
    }
  }
  const bundled = centernetFiles()
  const extractor = await Effect.runPromise(centernet(refOf(bundled.graph), refOf(bundled.weights)))
  const { rate } = await embedding(extractor, files, 2)
  say(`CenterNet's MobileNetV3 on tfjs wasm, one thread: ${rate.toFixed(1)} images a second`)
  figures.centernet = { ours: rate, peer: null, unit, note: "no peer: the network ships for TensorFlow.js alone" }
  return figures
}

const bench: Bench = {
  name: "images",
  summary: "decoding and resizing images, and embedding them, beside Pillow and PyTorch",
  run: async () => {
    const folder = temporary("images")
    const files = await generate(folder)
    return { decode: await decoding(files), ...(await networks(folder, files.slice(0, EMBEDDED))) }
  }
}

export default bench
