// The Langevin step of chains held in panels (see dense.ts): x ← keep·x + slope·g + noise·Z.

/** `z` holds the normals, with `zUnits` (≥ units) rows a panel; g the gradient of the log-density's free part, as x. */
export function langevin(
  x: usize, g: usize, z: usize, units: i32, zUnits: i32, panels: i32, keep: f32, slope: f32, noise: f32
): void {
  const k = f32x4.splat(keep), s = f32x4.splat(slope), e = f32x4.splat(noise)
  for (let p = 0; p < panels; p++) {
    for (let end = x + (<usize>units << 5); x < end; x += 16, g += 16, z += 16) {
      const drift = f32x4.add(f32x4.mul(k, v128.load(x)), f32x4.mul(s, v128.load(g)))
      v128.store(x, f32x4.add(drift, f32x4.mul(e, v128.load(z))))
    }
    z += <usize>(zUnits - units) << 5
  }
}
