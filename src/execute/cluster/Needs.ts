/** What tasks need against what a worker has free. */
import type { Resources } from "../../domain/Resources.ts"

/** How many tasks that need the same fit into what is free. */
export const fitting = (needs: Resources, free: Resources): number => {
  if (!needs.tags.every((tag) => free.tags.includes(tag))) return 0
  const room = (need: number, have: number) => (need === 0 ? Number.POSITIVE_INFINITY : Math.floor(have / need))
  return Math.min(room(needs.cpus, free.cpus), room(needs.memory, free.memory), room(needs.gpus, free.gpus))
}

/** What is left of it beside so many. */
export const without = (free: Resources, needs: Resources, times: number): Resources => ({
  cpus: free.cpus - needs.cpus * times,
  memory: free.memory - needs.memory * times,
  gpus: free.gpus - needs.gpus * times,
  tags: free.tags
})

/** Those first that fewer workers can take. */
export const rarestFirst = (a: Resources, b: Resources): number =>
  b.gpus - a.gpus || b.tags.length - a.tags.length || b.memory - a.memory || b.cpus - a.cpus
