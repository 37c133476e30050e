/** What the person looks at: changed by keys, never by the run. */

export interface View {
  /** Only variants with a failed cell. */
  readonly failedOnly: boolean
  /** Only variants whose labels contain this text. */
  readonly query: string
  /** The query is being typed. */
  readonly isTyping: boolean
  /** First row shown; null follows the run. */
  readonly top: number | null
  readonly isHelp: boolean
  /** How often stopping was asked for. */
  readonly stops: number
}

export const initial: View = { failedOnly: false, query: "", isTyping: false, top: null, isHelp: false, stops: 0 }

/** The rows on screen, which scrolling starts from. */
export interface Window {
  readonly first: number
  readonly shown: number
  readonly count: number
}

/** A key as Ink reports it; only what is used here. */
export interface Key {
  readonly upArrow?: boolean
  readonly downArrow?: boolean
  readonly pageUp?: boolean
  readonly pageDown?: boolean
  readonly home?: boolean
  readonly end?: boolean
  readonly return?: boolean
  readonly escape?: boolean
  readonly backspace?: boolean
  readonly delete?: boolean
  readonly ctrl?: boolean
  readonly meta?: boolean
}

/** Keys that a terminal sends as control characters, where several arrive in one piece. */
const CONTROLS: { readonly [character: string]: readonly [string, Key] } = {
  "\u0003": ["c", { ctrl: true }],
  "\r": ["", { return: true }],
  "\n": ["", { return: true }],
  "\u007f": ["", { backspace: true }],
  "\b": ["", { backspace: true }],
  "\u001b": ["", { escape: true }]
}

/** What was typed as single keys: fast typing arrives in one piece. */
export const keysOf = (input: string, key: Key): ReadonlyArray<readonly [string, Key]> => {
  const characters = [...input]
  return characters.length < 2 ? [[input, key]] : characters.map((character) => CONTROLS[character] ?? [character, key])
}

export const isStop = (view: View, input: string, key: Key): boolean =>
  (key.ctrl === true && input === "c") || (!view.isTyping && input === "q" && !key.ctrl && !key.meta)

const scrollTo = (view: View, top: number, window: Window): View => ({
  ...view,
  top: Math.max(0, Math.min(top, window.count - window.shown))
})

const typing = (view: View, input: string, key: Key): View => {
  if (key.escape) return { ...view, isTyping: false, query: "", top: null }
  if (key.return) return { ...view, isTyping: false }
  if (key.backspace || key.delete) return { ...view, query: [...view.query].slice(0, -1).join(""), top: null }
  return key.ctrl || key.meta || input === "" || /\p{Cc}/u.test(input)
    ? view
    : { ...view, query: view.query + input, top: null }
}

export const onKey = (view: View, input: string, key: Key, window: Window): View => {
  if (isStop(view, input, key)) return { ...view, stops: view.stops + 1 }
  if (view.isTyping) return typing(view, input, key)
  if (key.escape) return { ...initial, stops: view.stops }
  const first = view.top ?? window.first
  if (key.upArrow || input === "k") return scrollTo(view, first - 1, window)
  if (key.downArrow || input === "j") return scrollTo(view, first + 1, window)
  if (key.pageUp) return scrollTo(view, first - window.shown, window)
  if (key.pageDown || input === " ") return scrollTo(view, first + window.shown, window)
  if (key.home || input === "g") return scrollTo(view, 0, window)
  if (key.end || input === "G") return scrollTo(view, window.count, window)
  switch (input) {
    case "f":
      return { ...view, failedOnly: !view.failedOnly, top: null }
    case "/":
      return { ...view, isTyping: true, isHelp: false }
    case "?":
      return { ...view, isHelp: !view.isHelp }
    default:
      return view
  }
}
