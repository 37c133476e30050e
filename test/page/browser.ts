/** What the tests of pages ask of a browser. */
import { readFileSync } from "node:fs"
import { createRequire } from "node:module"
import type { Browser, BrowserContextOptions, Page } from "playwright-core"
import { assert } from "vitest"

export interface Opened {
  readonly page: Page
  /** What it asked for besides itself. */
  readonly asked: ReadonlyArray<string>
  /** What its scripts complained of. */
  readonly errors: ReadonlyArray<string>
}

/** Opens a page in a context of its own. */
export const open = async (browser: Browser, url: string, options: BrowserContextOptions = {}): Promise<Opened> => {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options })
  const page = await context.newPage()
  const asked: Array<string> = []
  const errors: Array<string> = []
  page.on("request", (request) => {
    if (request.url() !== url && !request.url().startsWith("data:")) asked.push(request.url())
  })
  page.on("console", (message) => {
    if (message.type() === "error" || message.type() === "warning") errors.push(message.text())
  })
  page.on("pageerror", ({ message }) => errors.push(message))
  page.setDefaultTimeout(10_000)
  await page.goto(url)
  return { page, asked, errors }
}

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8")

/** Holds what the page shows now to the rules of the accessibility checker. */
export const assertAccessible = async (page: Page, state: string): Promise<void> => {
  await page.evaluate(axe)
  const found: ReadonlyArray<string> = await page.evaluate(
    `axe.run(document, { resultTypes: ["violations"] }).then(({ violations }) =>
      violations.flatMap(({ id, help, nodes }) => nodes.map(({ html, failureSummary }) => id + ": " + help + ": " + html.slice(0, 200) + " " + failureSummary)))`
  )
  assert.deepStrictEqual(found, [], state)
}
