/** A binary heap: the largest priority first, the earliest pushed among equals. */
interface Entry<A> {
  readonly value: A
  readonly priority: number
  readonly order: number
}

export class PriorityQueue<A> {
  readonly #heap: Array<Entry<A>> = []
  #pushed = 0

  get size(): number {
    return this.#heap.length
  }

  push(value: A, priority: number): void {
    const heap = this.#heap
    const entry: Entry<A> = { value, priority, order: this.#pushed++ }
    let at = heap.length
    heap.push(entry)
    while (at > 0) {
      const parent = (at - 1) >> 1
      const above = heap[parent] as Entry<A>
      if (!before(entry, above)) break
      heap[at] = above
      at = parent
    }
    heap[at] = entry
  }

  pop(): A | undefined {
    const heap = this.#heap
    const top = heap[0]
    const last = heap.pop()
    if (top === undefined || last === undefined || heap.length === 0) return top?.value
    let at = 0
    while (true) {
      const left = 2 * at + 1
      if (left >= heap.length) break
      const right = left + 1
      const child = right < heap.length && before(heap[right] as Entry<A>, heap[left] as Entry<A>) ? right : left
      if (!before(heap[child] as Entry<A>, last)) break
      heap[at] = heap[child] as Entry<A>
      at = child
    }
    heap[at] = last
    return top.value
  }
}

const before = <A>(a: Entry<A>, b: Entry<A>) =>
  a.priority > b.priority || (a.priority === b.priority && a.order < b.order)
