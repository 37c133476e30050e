/** A decoded image. */

/** Rows of red, green and blue, 8 bits each: `rgb` has width × height × 3 values. */
export interface Pixels {
  readonly width: number
  readonly height: number
  readonly rgb: Uint8Array
}
