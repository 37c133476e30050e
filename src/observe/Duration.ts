/** Durations as people read them. */

const pad = (value: number): string => String(value).padStart(2, "0")

/** A running clock, whole seconds: `0:07`, `12:05`, `1:02:03`. */
export const clock = (ms: number): string => {
  const seconds = Math.max(0, Math.floor(ms / 1000))
  const [h, m, s] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60]
  return h > 0 ? `${h}:${pad(m)}:${pad(s)}` : `${m}:${pad(s)}`
}

/** A measured duration, about three digits: `4 ms`, `0.82 s`, `12.3 s`, `2 min 05 s`, `1 h 02 min`. */
export const duration = (ms: number): string => {
  const value = Math.max(0, ms)
  if (value < 99.5) return `${Math.round(value)} ms`
  if (value < 9_995) return `${(value / 1000).toFixed(2)} s`
  if (value < 59_950) return `${(value / 1000).toFixed(1)} s`
  const seconds = Math.round(value / 1000)
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ${pad(seconds % 60)} s`
  const minutes = Math.round(seconds / 60)
  return `${Math.floor(minutes / 60)} h ${pad(minutes % 60)} min`
}

/** A guess, rounded so that it does not jitter: `5 s`, `50 s`, `2 min`, `1 h 10 min`. Never 0. */
export const roughly = (ms: number): string => {
  const seconds = Math.max(1, Math.round(ms / 1000))
  if (seconds < 10) return `${seconds} s`
  if (seconds < 58) return `${Math.ceil(seconds / 5) * 5} s`
  const minutes = Math.max(1, Math.round(seconds / 60))
  if (minutes < 60) return `${minutes} min`
  const tens = Math.round(minutes / 10) * 10
  return `${Math.floor(tens / 60)} h ${pad(tens % 60)} min`
}
