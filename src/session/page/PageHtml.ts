/** A page's data as its document. What renders it, and what the build made for browsers, is loaded here. */
import { hash } from "node:crypto"
import { readFile } from "node:fs/promises"
import { Effect, Schema } from "effect"
import { PageData } from "../../report/page/PageData.ts"
import { toPageText } from "../../report/page/PageText.ts"
import { pageFolder } from "../ProgramRuntime.ts"

const encode = Schema.encodeSync(Schema.toCodecJson(PageData))

/** The data as a page holds and fetches them. */
export const textOf = (data: PageData): string => toPageText(encode(data))

const built = (file: string) => Effect.promise(() => readFile(new URL(file, pageFolder()), "utf8"))

export const htmlOf = Effect.fnUntraced(function* (data: PageData, text = textOf(data)) {
  const { renderPage } = yield* Effect.promise(() => import("../../page/render.tsx"))
  const source = yield* built("client.js")
  const script = source.replaceAll("</script", "<\\/script").replace(/\n?\/\/# sourceMappingURL=\S+\s*$/, "")
  const style = yield* built("style.css")
  return renderPage({ data, text, script, style, scriptHash: `sha256-${hash("sha256", script, "base64")}` })
})
