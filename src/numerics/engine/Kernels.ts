/** The compiled kernels and their memory. */
import { sha256, wasm } from "../kernels.generated.ts"

/** Signatures of src/numerics/kernels; pointers are byte addresses, 0 means absent. The layouts are described there. */
export interface Kernels {
  readonly denseForward: (
    w: number,
    ld: number,
    bias: number,
    x: number,
    inputs: number,
    outputs: number,
    panels: number,
    y: number,
    kind: number
  ) => void
  readonly denseBackInput: (
    w: number,
    ld: number,
    d: number,
    inputs: number,
    outputs: number,
    panels: number,
    h: number,
    dx: number,
    kind: number
  ) => void
  readonly gatedBackInput: (
    x: number,
    capacity: number,
    ld: number,
    h: number,
    inputs: number,
    units: number,
    panels: number,
    below: number,
    dx: number,
    kind: number,
    rows: number,
    scratch: number
  ) => void
  readonly gatedScratch: () => number
  readonly denseBackWeight: (
    d: number,
    outputs: number,
    rows: number,
    x: number,
    capacity: number,
    ld: number,
    g: number,
    scratch: number
  ) => void
  readonly denseBackBias: (d: number, outputs: number, panels: number, g: number) => void
  readonly backWeightScratch: () => number
  readonly headForward: (
    z: number,
    y: number,
    units: number,
    first: number,
    width: number,
    panels: number,
    gate: number,
    bias: number,
    kind: number
  ) => void
  readonly elementary: (x: number, y: number, n: number, kind: number) => void
  readonly gather: (
    pointers: number,
    panels: number,
    offset: number,
    units: number,
    ld: number,
    capacity: number,
    toPanels: number,
    toStrips: number
  ) => void
  readonly panelsToRows: (
    from: number,
    units: number,
    first: number,
    width: number,
    offset: number,
    rows: number,
    to: number
  ) => void
  readonly panelsToStrips: (
    from: number,
    panels: number,
    units: number,
    ld: number,
    capacity: number,
    to: number
  ) => void
  readonly logistic: (
    x: number,
    y: number,
    rows: number,
    columns: number,
    w: number,
    free: number,
    classes: number,
    g: number,
    scratch: number
  ) => number
  readonly langevin: (
    x: number,
    g: number,
    z: number,
    units: number,
    zUnits: number,
    panels: number,
    keep: number,
    slope: number,
    noise: number
  ) => void
  readonly frameForward: (
    l: number,
    ld: number,
    bias: number,
    y: number,
    inputs: number,
    outputs: number,
    rank: number,
    panels: number,
    s: number
  ) => void
  readonly frameScratch: (outputs: number) => number
  readonly frameGradient: (
    l: number,
    ld: number,
    w: number,
    s: number,
    outputs: number,
    active: number,
    g: number,
    scratch: number,
    rank: number,
    panels: number,
    dx: number,
    inputs: number
  ) => void
  readonly normals: (state: number, panels: number, pairs: number, to: number) => void
  readonly logisticScratch: (classes: number) => number
  readonly gram: (x: number, rows: number, columns: number, g: number, scratch: number) => void
  readonly axpy: (g: number, w: number, n: number, s: number) => void
  readonly peak: (n: number, factor: number, term: number) => number
  readonly scale: (g: number, n: number, s: number) => void
  readonly clamp: (g: number, n: number, limit: number) => void
  readonly sumOfSquares: (g: number, n: number) => number
  readonly sgd: (w: number, g: number, n: number, rate: number, l2: number, keep: number) => void
  readonly momentum: (
    w: number,
    g: number,
    v: number,
    n: number,
    rate: number,
    mu: number,
    nesterov: number,
    l2: number,
    keep: number
  ) => void
  readonly binaryCrossEntropy: (
    z: number,
    p: number,
    y: number,
    n: number,
    slope: number,
    limit: number,
    g: number
  ) => number
  readonly adam: (
    w: number,
    g: number,
    m: number,
    v: number,
    n: number,
    beta1: number,
    beta2: number,
    rootFactor: number,
    floor: number,
    l2: number,
    keep: number
  ) => void
}

interface Memory {
  readonly buffer: ArrayBuffer
}

// The part of the platform's WebAssembly that is used here; the project's type libraries do not describe it.
declare const WebAssembly: {
  readonly Memory: new (limits: { readonly initial: number; readonly maximum: number }) => Memory
  readonly Module: new (bytes: Uint8Array) => object
  readonly Instance: new (
    module: object,
    imports: { readonly env: { readonly memory: Memory } }
  ) => { readonly exports: Kernels }
}

/** Bytes of one page of WebAssembly memory. */
const PAGE = 65536

let compiled: object | undefined

/** The hash of the kernels' bytes, which identifies the engine's arithmetic. */
export const kernelHash: string = sha256

/** Plans a memory: every block is reserved first, then all of it is allocated once and never grows. */
export class MemoryPlan {
  // The first page stays free, so that no block has address 0.
  #bytes = PAGE

  /** Reserves a block, aligned to a cache line, and returns its address. */
  reserve(bytes: number): number {
    const address = this.#bytes
    this.#bytes += (bytes + 63) & ~63
    return address
  }

  floats(count: number): number {
    return this.reserve(4 * count)
  }

  /** Bytes reserved so far. */
  get bytes(): number {
    return this.#bytes
  }

  /** Zeroed memory of the planned size, and the kernels on it. */
  allocate(): { readonly kernels: Kernels; readonly buffer: ArrayBuffer } {
    // A gather may read a few floats beyond a row's end: one spare page.
    const pages = Math.ceil(this.#bytes / PAGE) + 1
    if (pages > 65536) {
      throw new RangeError(
        `A training needs ${Math.round(this.#bytes / 1e6)} MB of tensors; WebAssembly has at most 4295 MB`
      )
    }
    const memory = new WebAssembly.Memory({ initial: pages, maximum: pages })
    compiled ??= new WebAssembly.Module(Buffer.from(wasm, "base64"))
    return { kernels: new WebAssembly.Instance(compiled, { env: { memory } }).exports, buffer: memory.buffer }
  }
}
