/** Writes networks as ONNX files: the few protobuf messages that it takes (onnx.proto3, IR version 8, opset 17). */

type Bytes = ReadonlyArray<Uint8Array>

const varint = (value: number): Uint8Array => {
  const out: Array<number> = []
  let left = BigInt.asUintN(64, BigInt(value))
  for (; left > 127n; left >>= 7n) out.push(Number(left & 127n) | 128)
  return Uint8Array.from([...out, Number(left)])
}

const text = new TextEncoder()
const join = (parts: Bytes): Uint8Array => Buffer.concat([...parts])
const int = (field: number, value: number): Uint8Array => join([varint(field << 3), varint(value)])
const block = (field: number, bytes: Uint8Array): Uint8Array =>
  join([varint((field << 3) | 2), varint(bytes.length), bytes])
const string = (field: number, value: string): Uint8Array => block(field, text.encode(value))
const message = (field: number, parts: Bytes): Uint8Array => block(field, join(parts))

const FLOAT = 1
const INTS = 7

export interface OnnxTensor {
  readonly name: string
  readonly dims: ReadonlyArray<number>
  readonly data: Float32Array
}

export interface OnnxNode {
  readonly op: string
  readonly inputs: ReadonlyArray<string>
  /** Its only output has its name. */
  readonly output: string
  /** Lists of integers, e.g. `strides`. */
  readonly attributes?: { readonly [name: string]: ReadonlyArray<number> }
}

/** A value of the graph: its name and shape. */
export interface OnnxValue {
  readonly name: string
  readonly dims: ReadonlyArray<number>
}

export interface OnnxGraph {
  readonly inputs: ReadonlyArray<OnnxValue>
  readonly outputs: ReadonlyArray<OnnxValue>
  readonly nodes: ReadonlyArray<OnnxNode>
  readonly weights: ReadonlyArray<OnnxTensor>
}

const declared = (field: number, { dims, name }: OnnxValue): Uint8Array => {
  const shape = dims.map((dim) => message(1, [int(1, dim)]))
  return message(field, [string(1, name), message(2, [message(1, [int(1, FLOAT), message(2, shape)])])])
}

const nodeOf = ({ attributes = {}, inputs, op, output }: OnnxNode): Uint8Array =>
  message(1, [
    ...inputs.map((name) => string(1, name)),
    string(2, output),
    string(3, output),
    string(4, op),
    ...Object.entries(attributes).map(([name, values]) =>
      message(5, [string(1, name), ...values.map((value) => int(8, value)), int(20, INTS)])
    )
  ])

const weightOf = ({ data, dims, name }: OnnxTensor): Uint8Array =>
  message(5, [
    ...dims.map((dim) => int(1, dim)),
    int(2, FLOAT),
    string(8, name),
    block(9, new Uint8Array(data.buffer, data.byteOffset, data.byteLength))
  ])

/** The bytes of a model with this graph. */
export const onnxFile = ({ inputs, nodes, outputs, weights }: OnnxGraph): Uint8Array =>
  join([
    int(1, 8),
    string(2, "ablate"),
    message(7, [
      ...nodes.map(nodeOf),
      string(2, "graph"),
      ...weights.map(weightOf),
      ...inputs.map((value) => declared(11, value)),
      ...outputs.map((value) => declared(12, value))
    ]),
    message(8, [int(2, 17)])
  ])
