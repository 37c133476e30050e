/** Which of many rows are drawn: those in sight and some around them. All rows are equally high. */
import type { RefObject } from "preact"
import { useEffect, useLayoutEffect, useState } from "preact/hooks"

/** Up to so many rows are drawn at once, so that a browser's own search finds them and paper has them. */
export const DRAWN_ALL = 200

/** Of more rows so many are drawn before the page knows its height, and so many beyond what is in sight. */
const FIRST = 40
const BEYOND = 12

/** On paper: more would be a book, and the table is in the files beside. */
export const PRINTED = 2000

export const ROW_HEIGHT = 52

export interface RowWindow {
  readonly from: number
  /** Not included. */
  readonly to: number
}

/** Whether the page is being printed: then there is no scrolling. */
export const usePrinting = (): boolean => {
  const [isPrinting, setPrinting] = useState(false)
  useEffect(() => {
    const begin = () => setPrinting(true)
    const end = () => setPrinting(false)
    window.addEventListener("beforeprint", begin)
    window.addEventListener("afterprint", end)
    return () => {
      window.removeEventListener("beforeprint", begin)
      window.removeEventListener("afterprint", end)
    }
  }, [])
  return isPrinting
}

/** `rows`: how many there are. `scroller`: the element that scrolls them. */
export const useRowWindow = (scroller: RefObject<HTMLElement | null>, rows: number, isPrinting: boolean): RowWindow => {
  const [sight, setSight] = useState({ top: 0, height: (FIRST - BEYOND) * ROW_HEIGHT })
  const isWhole = rows <= DRAWN_ALL
  useLayoutEffect(() => {
    const element = scroller.current
    if (element === null || isWhole) return undefined
    const look = () => setSight({ top: element.scrollTop, height: element.clientHeight })
    look()
    element.addEventListener("scroll", look, { passive: true })
    window.addEventListener("resize", look)
    return () => {
      element.removeEventListener("scroll", look)
      window.removeEventListener("resize", look)
    }
  }, [scroller, isWhole])
  if (isWhole) return { from: 0, to: rows }
  if (isPrinting) return { from: 0, to: Math.min(rows, PRINTED) }
  const from = Math.max(0, Math.min(Math.floor(sight.top / ROW_HEIGHT), rows) - BEYOND)
  return { from, to: Math.min(rows, from + Math.ceil(sight.height / ROW_HEIGHT) + 2 * BEYOND) }
}
