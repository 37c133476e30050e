/**
 * The safetensors file format: an 8-byte little-endian header length, a JSON header, then the raw tensors.
 * Names are sorted and offsets dense, so equal tensors give equal bytes.
 */
import { Schema } from "effect"
import type { Tensor, TensorData } from "../domain/Tensor.ts"
import { Dtype } from "../domain/Tensor.ts"

const Entry = Schema.Struct({
  dtype: Dtype,
  shape: Schema.Array(Schema.Natural),
  data_offsets: Schema.Tuple([Schema.Natural, Schema.Natural])
})

const Header = Schema.fromJsonString(Schema.Record(Schema.String, Schema.Json))
const decodeHeader = Schema.decodeUnknownResult(Header)
const decodeEntry = Schema.decodeUnknownResult(Entry)
const decodeMetadata = Schema.decodeUnknownResult(Schema.Record(Schema.String, Schema.String))

const elementBytes: Record<Dtype, number> = { F32: 4, F64: 8, I32: 4, U8: 1 }

const elements = (shape: ReadonlyArray<number>) => shape.reduce((product, side) => product * side, 1)

const dataTypes = { F32: Float32Array, F64: Float64Array, I32: Int32Array, U8: Uint8Array } satisfies Record<
  Dtype,
  unknown
>

const isSide = (side: number) => Number.isSafeInteger(side) && side >= 0

/** What is wrong with tensors that the format cannot hold, as a sentence; undefined where nothing is. */
export const problemOf = (tensors: { readonly [name: string]: Tensor }): string | undefined => {
  for (const [name, { data, dtype, shape }] of Object.entries(tensors)) {
    if (name === "__metadata__") return `a tensor cannot be named "__metadata__"`
    if (!shape.every(isSide)) return `tensor "${name}" has the shape [${shape}]; sides are whole numbers ≥ 0`
    if (!(data instanceof dataTypes[dtype]))
      return `tensor "${name}" is ${dtype}, but its data are a ${data.constructor.name}`
    if (data.length !== elements(shape))
      return `tensor "${name}" of shape [${shape}] has ${data.length} elements, expected ${elements(shape)}`
  }
  return undefined
}

/** Orders by code unit: independent of locale. */
const byName = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0)

/** Encodes tensors (of which {@link problemOf} finds nothing wrong) and string metadata. */
export const encode = (
  tensors: { readonly [name: string]: Tensor },
  metadata: { readonly [name: string]: string }
): Uint8Array => {
  const names = Object.keys(tensors).sort(byName)
  const header: Record<string, unknown> = {}
  if (Object.keys(metadata).length > 0) header.__metadata__ = metadata
  let offset = 0
  for (const name of names) {
    const tensor = tensors[name] as Tensor
    const size = tensor.data.byteLength
    header[name] = { dtype: tensor.dtype, shape: tensor.shape, data_offsets: [offset, offset + size] }
    offset += size
  }
  const json = new TextEncoder().encode(JSON.stringify(header))
  // Padding with spaces keeps every tensor aligned to eight bytes, so that readers can map it in place.
  const headerBytes = Math.ceil(json.length / 8) * 8
  const bytes = new Uint8Array(8 + headerBytes + offset).fill(0x20, 8, 8 + headerBytes)
  new DataView(bytes.buffer).setBigUint64(0, BigInt(headerBytes), true)
  bytes.set(json, 8)
  let at = 8 + headerBytes
  for (const name of names) {
    const { data } = tensors[name] as Tensor
    bytes.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), at)
    at += data.byteLength
  }
  return bytes
}

const view = (dtype: Dtype, bytes: Uint8Array, at: number, length: number): TensorData => {
  const size = length * elementBytes[dtype]
  const start = bytes.byteOffset + at
  // A view where alignment allows it, a copy where it does not.
  const buffer = start % elementBytes[dtype] === 0 ? bytes.buffer : bytes.slice(at, at + size).buffer
  const from = buffer === bytes.buffer ? start : 0
  switch (dtype) {
    case "F32":
      return new Float32Array(buffer, from, length)
    case "F64":
      return new Float64Array(buffer, from, length)
    case "I32":
      return new Int32Array(buffer, from, length)
    case "U8":
      return new Uint8Array(buffer, from, length)
  }
}

export interface Decoded {
  readonly tensors: { readonly [name: string]: Tensor }
  readonly metadata: { readonly [name: string]: string }
}

/** Decodes; returns a sentence where the bytes are not a whole safetensors file. */
export const decode = (bytes: Uint8Array): Decoded | string => {
  if (bytes.length < 8) return `safetensors: ${bytes.length} bytes, expected at least 8`
  const headerBytes = Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true))
  if (headerBytes > bytes.length - 8)
    return `safetensors: the header needs ${headerBytes} bytes, the file has ${bytes.length - 8}`
  const header = decodeHeader(new TextDecoder().decode(bytes.subarray(8, 8 + headerBytes)))
  if (header._tag === "Failure") return "safetensors: the header is not a JSON object"
  const tensors: Record<string, Tensor> = {}
  let metadata: { readonly [name: string]: string } = {}
  for (const [name, raw] of Object.entries(header.success)) {
    if (name === "__metadata__") {
      const decoded = decodeMetadata(raw)
      if (decoded._tag === "Failure") return "safetensors: __metadata__ is not a map of strings"
      metadata = decoded.success
      continue
    }
    const entry = decodeEntry(raw)
    if (entry._tag === "Failure") return `safetensors: tensor "${name}" has no valid dtype, shape and data_offsets`
    const { dtype, shape, data_offsets } = entry.success
    const [from, to] = data_offsets
    const length = elements(shape)
    if (to - from !== length * elementBytes[dtype])
      return `safetensors: tensor "${name}" of shape [${shape}] has ${to - from} bytes, expected ${length * elementBytes[dtype]}`
    const at = 8 + headerBytes + from
    if (at + to - from > bytes.length) return `safetensors: tensor "${name}" ends after the file does`
    tensors[name] = { dtype, shape, data: view(dtype, bytes, at, length) }
  }
  return { tensors, metadata }
}
