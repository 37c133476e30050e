import { spawnSync } from "node:child_process"
import { assert, describe, it } from "@effect/vitest"
import * as fc from "fast-check"
import * as Safetensors from "../../src/declare/Safetensors.ts"
import { f32, i32, type Tensor } from "../../src/domain/Tensor.ts"

/** A file put together by hand: header length, header, data. */
const file = (header: string, data: ReadonlyArray<number> = []): Uint8Array => {
  const text = new TextEncoder().encode(header)
  return Uint8Array.from([...littleEndian(text.length), ...text, ...data])
}
const littleEndian = (length: number) => [length & 255, (length >> 8) & 255, (length >> 16) & 255, 0, 0, 0, 0, 0]

const decoded = (bytes: Uint8Array): Safetensors.Decoded => {
  const result = Safetensors.decode(bytes)
  assert.isObject(result, String(result))
  return result as Safetensors.Decoded
}
const problem = (bytes: Uint8Array): string => {
  const result = Safetensors.decode(bytes)
  assert.isString(result)
  return String(result)
}

describe("the safetensors format", () => {
  it("writes these very bytes", () => {
    const bytes = Safetensors.encode({ b: i32([1], new Int32Array([-2])), a: f32([2], new Float32Array([1, 0.5])) }, {})
    const header =
      '{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"b":{"dtype":"I32","shape":[1],"data_offsets":[8,12]}}'
    const padded = header.padEnd(Math.ceil(header.length / 8) * 8, " ")
    // 1 = 3f800000, 0.5 = 3f000000, −2 = fffffffe, each little-endian.
    const data = [0, 0, 0x80, 0x3f, 0, 0, 0, 0x3f, 0xfe, 0xff, 0xff, 0xff]
    assert.deepStrictEqual(bytes, file(padded, data))
  })

  it("reads a file made by hand: unsorted names, no padding, metadata", () => {
    const header =
      '{"z":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"__metadata__":{"k":"v"},"y":{"dtype":"F64","shape":[],"data_offsets":[1,9]},"x":{"dtype":"F32","shape":[1,1],"data_offsets":[9,13]}}'
    const { metadata, tensors } = decoded(file(header, [7, 0, 0, 0, 0, 0, 0, 0xf8, 0x3f, 0, 0, 0x80, 0xbf]))
    assert.deepStrictEqual(metadata, { k: "v" })
    assert.deepStrictEqual<unknown>(tensors, {
      z: { dtype: "U8", shape: [1], data: new Uint8Array([7]) },
      y: { dtype: "F64", shape: [], data: new Float64Array([1.5]) },
      x: { dtype: "F32", shape: [1, 1], data: new Float32Array([-1]) }
    })
  })

  it("reads at any offset of a larger buffer", () => {
    const bytes = Safetensors.encode({ a: f32([3], new Float32Array([1, 2, 3])) }, { meta: "m" })
    for (const offset of [0, 1, 4, 7]) {
      const larger = new Uint8Array(bytes.length + 16)
      larger.set(bytes, offset)
      const { metadata, tensors } = decoded(larger.subarray(offset, offset + bytes.length))
      assert.deepStrictEqual(tensors.a?.data, new Float32Array([1, 2, 3]))
      assert.deepStrictEqual(metadata, { meta: "m" })
    }
  })

  it("any tensors come back, and the data start at a multiple of eight", () => {
    const tensor = fc.oneof(
      fc.float32Array({ maxLength: 6 }).map((data): Tensor => f32([data.length], data)),
      fc.int32Array({ maxLength: 6 }).map((data): Tensor => i32([1, data.length], data)),
      fc.float64Array({ maxLength: 6 }).map((data): Tensor => ({ dtype: "F64", shape: [data.length, 1], data })),
      fc.uint8Array({ maxLength: 6 }).map((data): Tensor => ({ dtype: "U8", shape: [data.length], data }))
    )
    const name = fc.string({ unit: "grapheme", minLength: 1 }).filter((each) => !each.startsWith("__"))
    fc.assert(
      fc.property(fc.dictionary(name, tensor, { maxKeys: 5, noNullPrototype: true }), fc.string(), (tensors, meta) => {
        const bytes = Safetensors.encode(tensors, { meta })
        assert.strictEqual(Number(new DataView(bytes.buffer).getBigUint64(0, true)) % 8, 0)
        assert.deepStrictEqual<unknown>(decoded(bytes), { tensors, metadata: { meta } })
      })
    )
  })

  it("Python's own readers find the same header and the same numbers", ({ skip }) => {
    const script = `
import json, struct, sys
data = sys.stdin.buffer.read()
(n,) = struct.unpack("<Q", data[:8])
header = json.loads(data[8:8 + n])
body = data[8 + n:]
def values(entry):
    a, b = entry["data_offsets"]
    code = {"F32": "f", "F64": "d", "I32": "i", "U8": "B"}[entry["dtype"]]
    count = (b - a) // struct.calcsize(code)
    return struct.unpack("<%d%s" % (count, code), body[a:b])
print(json.dumps({k: v if k == "__metadata__" else [v["shape"], list(values(v))] for k, v in header.items()}))
`
    const input = Safetensors.encode(
      {
        wörter: f32([2, 2], new Float32Array([1.5, -2, 0.25, 3])),
        ids: i32([3], new Int32Array([1, -1, 2147483647])),
        mask: { dtype: "U8", shape: [1], data: new Uint8Array([255]) },
        pi: { dtype: "F64", shape: [], data: new Float64Array([Math.PI]) }
      },
      { meta: '{"a":1}' }
    )
    const python = spawnSync("python3", ["-c", script], { input })
    if (python.error !== undefined) skip("python3 is not installed")
    assert.strictEqual(String(python.stderr), "")
    assert.deepStrictEqual(JSON.parse(String(python.stdout)), {
      __metadata__: { meta: '{"a":1}' },
      wörter: [
        [2, 2],
        [1.5, -2, 0.25, 3]
      ],
      ids: [[3], [1, -1, 2147483647]],
      mask: [[1], [255]],
      pi: [[], [Math.PI]]
    })
  })
})

describe("damage is told in a sentence", () => {
  const entry = (text: string) => `{"w":${text}}`
  const cases: ReadonlyArray<readonly [string, Uint8Array, string]> = [
    ["no bytes", new Uint8Array(0), "0 bytes, expected at least 8"],
    ["a header cut off", file("{}").subarray(0, 9), "the header needs 2 bytes, the file has 1"],
    [
      "an absurd header length",
      Uint8Array.from([255, 255, 255, 255, 255, 255, 255, 255, 1]),
      "the header needs 18446744073709552000 bytes, the file has 1"
    ],
    ["a header that is no JSON", file("{]"), "the header is not a JSON object"],
    ["a header that is no object", file("[1]"), "the header is not a JSON object"],
    ["metadata that are no strings", file('{"__metadata__":{"a":1}}'), "__metadata__ is not a map of strings"],
    [
      "an unknown dtype",
      file(entry('{"dtype":"F8","shape":[1],"data_offsets":[0,1]}'), [0]),
      'tensor "w" has no valid dtype, shape and data_offsets'
    ],
    [
      "a negative side",
      file(entry('{"dtype":"U8","shape":[-1],"data_offsets":[0,1]}'), [0]),
      'tensor "w" has no valid dtype, shape and data_offsets'
    ],
    [
      "bytes that do not fill the shape",
      file(entry('{"dtype":"F32","shape":[2,2],"data_offsets":[0,12]}'), Array(12).fill(0)),
      'tensor "w" of shape [2,2] has 12 bytes, expected 16'
    ],
    [
      "offsets the wrong way round",
      file(entry('{"dtype":"U8","shape":[1],"data_offsets":[1,0]}'), [0]),
      'tensor "w" of shape [1] has -1 bytes, expected 1'
    ],
    [
      "data cut off",
      file(entry('{"dtype":"F32","shape":[2],"data_offsets":[0,8]}'), [0, 0, 0, 0, 0, 0, 0]),
      'tensor "w" ends after the file does'
    ]
  ]
  for (const [what, bytes, sentence] of cases)
    it(what, () => assert.strictEqual(problem(bytes), `safetensors: ${sentence}`))

  it("a file cut anywhere is never read as whole", () => {
    const bytes = Safetensors.encode({ a: f32([2], new Float32Array([1, 2])), b: i32([1], new Int32Array([3])) }, {})
    for (let length = 0; length < bytes.length; length++) assert.isString(Safetensors.decode(bytes.slice(0, length)))
  })

  it("any bytes give a value or a sentence, never an exception", () => {
    const whole = Safetensors.encode({ a: f32([2], new Float32Array([1, 2])) }, { meta: "m" })
    fc.assert(
      fc.property(fc.nat(whole.length - 1), fc.nat(255), (at, value) => {
        const bytes = whole.slice()
        bytes[at] = value
        Safetensors.decode(bytes)
      })
    )
  })
})
