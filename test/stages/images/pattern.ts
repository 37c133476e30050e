/** An image that can be written down: every value follows from its place. */
import type { Pixels } from "../../../stages/images/Pixels.ts"

export const pattern = (width: number, height: number): Pixels => {
  const rgb = new Uint8Array(width * height * 3)
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++)
      for (let channel = 0; channel < 3; channel++)
        rgb[(y * width + x) * 3 + channel] = (x * 7 + y * 13 + channel * 50 + ((x * y) % 17) * 9) & 255
  return { width, height, rgb }
}
