// Gradient arithmetic and the optimisers' updates, on n floats (n a multiple of 4).

/** g += s·w. */
export function axpy(g: usize, w: usize, n: i32, s: f32): void {
  const factor = f32x4.splat(s)
  for (let end = g + (<usize>n << 2); g < end; g += 16, w += 16) {
    v128.store(g, f32x4.add(v128.load(g), f32x4.mul(factor, v128.load(w))))
  }
}

/** g *= s. */
export function scale(g: usize, n: i32, s: f32): void {
  const factor = f32x4.splat(s)
  for (let end = g + (<usize>n << 2); g < end; g += 16) v128.store(g, f32x4.mul(v128.load(g), factor))
}

/** g = min(max(g, −limit), limit). */
export function clamp(g: usize, n: i32, limit: f32): void {
  const high = f32x4.splat(limit), low = f32x4.splat(-limit)
  for (let end = g + (<usize>n << 2); g < end; g += 16) {
    v128.store(g, f32x4.min(f32x4.max(v128.load(g), low), high))
  }
}

/** Σ g², in float64: two sums (even and odd elements of each half), then their sum. */
export function sumOfSquares(g: usize, n: i32): f64 {
  let even = f64x2.splat(0), odd = even
  for (let end = g + (<usize>n << 2); g < end; g += 16) {
    const x = v128.load(g)
    const l = f64x2.promote_low_f32x4(x)
    const h = f64x2.promote_low_f32x4(v128.shuffle<f32>(x, x, 2, 3, 2, 3))
    even = f64x2.add(even, f64x2.mul(l, l))
    odd = f64x2.add(odd, f64x2.mul(h, h))
  }
  const sum = f64x2.add(even, odd)
  return f64x2.extract_lane(sum, 0) + f64x2.extract_lane(sum, 1)
}

/**
 * Plain gradient descent: g ← g + l2·w; w ← keep·w − rate·g. `keep` is 1 − rate·decay for decoupled decay.
 */
export function sgd(w: usize, g: usize, n: i32, rate: f32, l2: f32, keep: f32): void {
  const step = f32x4.splat(rate), penalty = f32x4.splat(l2), kept = f32x4.splat(keep)
  for (let end = g + (<usize>n << 2); g < end; g += 16, w += 16) {
    const x = v128.load(w)
    const d = f32x4.add(v128.load(g), f32x4.mul(penalty, x))
    v128.store(w, f32x4.sub(f32x4.mul(kept, x), f32x4.mul(step, d)))
  }
}

/** Heavy ball: v ← μv + g; w ← keep·w − rate·v, or rate·(g + μv) with Nesterov's look-ahead. */
export function momentum(
  w: usize, g: usize, v: usize, n: i32, rate: f32, mu: f32, nesterov: i32, l2: f32, keep: f32
): void {
  const step = f32x4.splat(rate), penalty = f32x4.splat(l2), kept = f32x4.splat(keep), friction = f32x4.splat(mu)
  for (let end = g + (<usize>n << 2); g < end; g += 16, w += 16, v += 16) {
    const x = v128.load(w)
    const d = f32x4.add(v128.load(g), f32x4.mul(penalty, x))
    const velocity = f32x4.add(f32x4.mul(friction, v128.load(v)), d)
    v128.store(v, velocity)
    const move = nesterov ? f32x4.add(d, f32x4.mul(friction, velocity)) : velocity
    v128.store(w, f32x4.sub(f32x4.mul(kept, x), f32x4.mul(step, move)))
  }
}

/**
 * Adam (Kingma & Ba 2015): m ← m + (1−β₁)(g−m); v ← β₂v + (1−β₂)g²; w ← keep·w − η·m̂ / (√v̂ + ε). The bias corrections and the
 * rate η are folded into two factors: the step is m / (rootFactor·√v + floor), with rootFactor = (1−β₁ᵗ) / (η·√(1−β₂ᵗ)) and floor =
 * ε·(1−β₁ᵗ) / η. The gradient is g + l2·w.
 */
export function adam(
  w: usize, g: usize, m: usize, v: usize, n: i32,
  beta1: f32, beta2: f32, rootFactor: f32, floor: f32, l2: f32, keep: f32
): void {
  const penalty = f32x4.splat(l2), kept = f32x4.splat(keep)
  const one1 = f32x4.splat(1 - beta1), b2 = f32x4.splat(beta2), one2 = f32x4.splat(1 - beta2)
  const root = f32x4.splat(rootFactor), least = f32x4.splat(floor)
  const end = g + (<usize>n << 2)
  if (keep == 1) {
    for (; g < end; g += 16, w += 16, m += 16, v += 16) {
      const x = v128.load(w)
      v128.store(w, f32x4.sub(x, adamStep(f32x4.add(v128.load(g), f32x4.mul(penalty, x)), m, v, one1, b2, one2, root, least)))
    }
  } else {
    for (; g < end; g += 16, w += 16, m += 16, v += 16) {
      const x = v128.load(w)
      const step = adamStep(f32x4.add(v128.load(g), f32x4.mul(penalty, x)), m, v, one1, b2, one2, root, least)
      v128.store(w, f32x4.sub(f32x4.mul(kept, x), step))
    }
  }
}

// @ts-ignore: decorator
@inline
function adamStep(d: v128, m: usize, v: usize, one1: v128, b2: v128, one2: v128, root: v128, least: v128): v128 {
  const old = v128.load(m)
  const first = f32x4.add(old, f32x4.mul(one1, f32x4.sub(d, old)))
  const second = f32x4.add(f32x4.mul(b2, v128.load(v)), f32x4.mul(one2, f32x4.mul(d, d)))
  v128.store(m, first)
  v128.store(v, second)
  return f32x4.div(first, f32x4.add(f32x4.mul(f32x4.sqrt(second), root), least))
}
