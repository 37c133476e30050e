/** A browser from the registry, for the tests and the bench of pages: no package of the system is asked for. */
import type { Browser } from "playwright-core"

/** The package holds a Chromium for Linux on x64 alone. */
export const hasBrowser = process.platform === "linux" && process.arch === "x64"

export const launch = async (): Promise<Browser> => {
  const { default: chromium } = await import("@sparticuz/chromium")
  const { chromium: playwright } = await import("playwright-core")
  return playwright.launch({
    executablePath: await chromium.executablePath(),
    // In one process the browser would end with its first page.
    args: chromium.args.filter((each) => each !== "--single-process"),
    headless: true
  })
}
