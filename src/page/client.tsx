/**
 * What runs in the browser: takes up the page that is there, and where it is served follows its run.
 * @jsxImportSource preact
 */
import { hydrate, options } from "preact"
import { useEffect, useState } from "preact/hooks"
import type { PageData } from "../report/page/PageData.ts"
import { fromPageText } from "../report/page/PageText.ts"
import { DATA, ROOT } from "./Document.tsx"
import { Page } from "./Page.tsx"

/** Each time that the server says that there is something new, all of it. */
const useLatest = (first: PageData): PageData => {
  const [data, setData] = useState(first)
  useEffect(() => {
    if (!first.isLive) return undefined
    const events = new EventSource("events")
    const fetchData = () =>
      fetch("data")
        .then((response) => response.text())
        .then((text) => setData(fromPageText(text)))
        // The server is gone: the page stays as it is, and the browser asks again by itself.
        .catch(() => undefined)
    events.addEventListener("changed", fetchData)
    return () => events.close()
  }, [first])
  return data
}

const Followed = ({ first }: { readonly first: PageData }) => <Page data={useLatest(first)} />

// Before paper is laid out there is no time to wait for the next frame.
const debounce = options.debounceRendering
window.addEventListener("beforeprint", () => {
  options.debounceRendering = (render) => render()
})
window.addEventListener("afterprint", () => {
  if (debounce === undefined) delete options.debounceRendering
  else options.debounceRendering = debounce
})

const [root, data] = [document.getElementById(ROOT), document.getElementById(DATA)]
if (root !== null && data !== null) {
  hydrate(<Followed first={fromPageText(data.textContent ?? "")} />, root)
  performance.mark("ready")
}
