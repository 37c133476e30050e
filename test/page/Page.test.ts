/** A report in a real browser: read, sorted, filtered, walked by keys, in the dark, on paper, without scripts. */
import { readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath, pathToFileURL } from "node:url"
import { report, run, table } from "ablate/commands"
import { Effect } from "effect"
import type { Browser, Page } from "playwright-core"
import { afterAll, assert, beforeAll, describe, it } from "vitest"
import { hasBrowser, launch } from "../../scripts/Browser.ts"
import { toCsv } from "../../src/report/format/Csv.ts"
import type { PageData } from "../../src/report/page/PageData.ts"
import { fromPageText } from "../../src/report/page/PageText.ts"
import type { ReportTable } from "../../src/report/ReportTable.ts"
import { htmlOf } from "../../src/session/page/PageHtml.ts"
import { imports, project } from "../rig.ts"
import { assertAccessible, open } from "./browser.ts"

/** Three methods on two data sets; what each comes to is plain arithmetic. */
const study = `/** For the tests. */
${imports.replace("Artifact,", "Artifact, F64,")}
export const fit = Stage.make("fit", {
  config: Schema.Struct({ method: Schema.String, data: Schema.String, seed: Schema.Int }),
  output: Artifact.json(Schema.Struct({ epochs: Schema.Int, loss: Schema.Array(Schema.Finite) })),
  run: (_, { seed }) => Effect.succeed({ epochs: 4, loss: [8, 4, 2, 1 + seed] })
})
const gain = { plain: 0, bold: 0.1, "</script><b>odd": -0.05 }
export const score = Stage.make("score", {
  config: Schema.Struct({ method: Schema.String, data: Schema.String, seed: Schema.Int }),
  inputs: { model: Artifact.json(Schema.Struct({ epochs: Schema.Int, loss: Schema.Array(Schema.Finite) })) },
  output: Artifact.metrics(["accuracy", "time"]),
  run: (_, { method, data, seed }) => Effect.succeed({
    accuracy: { value: 0.5 + gain[method] + seed * 0.001 * (method === "bold" ? 1 : 2) + (data === "b" ? 0.2 : 0) },
    time: data === "b" && method === "bold" ? { value: null, note: "the clock stood still" } : { value: 10 + seed }
  })
})
export const draw = Stage.make("draw", {
  output: Artifact.bytes,
  run: () => Effect.succeed(new TextEncoder().encode('<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><rect width="9" height="9"/><script>document.title="taken"</script></svg>'))
})
export default Experiment.make("study", {
  description: "Whether bold is better",
  pipeline: Pipeline.make("p", Schema.Struct({ method: Schema.String, data: Schema.String, seed: Schema.Int }), (p) => {
    const model = fit.node({}, p)
    return { model, metrics: score.node({ model }, p) }
  }),
  grid: Grid.axes({ data: ["a", "b"], method: ["plain", "bold", "</script><b>odd"], seed: Grid.seeds(3) }),
  figures: [{ file: "drawn.svg", node: () => draw.node({}) }],
  table: Table.make({
    title: "Methods </script><img src=x onerror=alert(1)> & figures",
    rows: ["method", "data"],
    columns: [
      { metric: "accuracy", label: "accuracy", group: "quality", digits: 3, better: "higher" },
      { metric: "time", label: "time", unit: "s", digits: 1 }
    ],
    baseline: { method: "plain" },
    claims: [{ text: "bold is better", source: "the tests", metric: "accuracy", labels: { method: "bold" }, direction: "higher" }]
  })
})
`

/** The same page with its rows many times over. */
const lengthened = (data: PageData, times: number): PageData => {
  const rows = Array.from({ length: times }, (_, at) =>
    data.table.rows.map((row) => ({
      ...row,
      id: `${row.id},copy=${at}`,
      labels: { ...row.labels, data: `${row.labels.data} ${at}` }
    }))
  ).flat()
  return {
    ...data,
    table: { ...data.table, rows },
    variants: rows.map(() => ({ against: null, isBaseline: false, differences: [] })),
    cells: [],
    nodes: []
  }
}

let browser: Browser
let url = ""
let longUrl = ""
let found: ReportTable
let folder = ""

const rowNames = (page: Page) => page.locator("[role=grid] tbody th a").allInnerTexts()
const figuresIn = (page: Page, column: number) =>
  page
    .locator(`[role=grid] tbody td:nth-child(${column + 1}) .figure`)
    .evaluateAll((all) => all.map((each) => (each as HTMLElement).innerText.split("\n")[0] ?? ""))

describe.skipIf(!hasBrowser)("a report's page", () => {
  beforeAll(async () => {
    const { root } = project({ "experiments/study.ts": study })
    const where = { folder: root, experiment: "study" }
    const [, started] = await Promise.all([Effect.runPromise(run({ ...where, jobs: 1 })), launch()])
    browser = started
    const made = await Effect.runPromise(report(where))
    found = (await Effect.runPromise(table(where))).table
    folder = made.folder
    url = pathToFileURL(join(folder, "index.html")).href
    const html = readFileSync(join(folder, "index.html"), "utf8")
    const text = /<script id="data"[^>]*>(.*?)<\/script>/s.exec(html)?.[1] ?? ""
    const long = join(root, "long.html")
    writeFileSync(long, await Effect.runPromise(htmlOf(lengthened(fromPageText(text), 200))))
    longUrl = pathToFileURL(long).href
  })
  afterAll(() => browser?.close())

  it("opens from the disk, asks for nothing, and takes text as text", async () => {
    const { asked, errors, page } = await open(browser, url)
    assert.strictEqual(await page.title(), "Methods </script><img src=x onerror=alert(1)> & figures")
    assert.strictEqual(await page.locator("h1").innerText(), "Methods </script><img src=x onerror=alert(1)> & figures")
    assert.strictEqual(await page.locator("[role=grid] tbody tr").count(), 6)
    // 0.5 + 0.001 · 2 · (0 + 1 + 2) / 3, and so on: worked out by hand.
    assert.deepStrictEqual(await figuresIn(page, 1), [
      ".502 ±.002",
      ".601 ±.001",
      ".452 ±.002",
      ".702 ±.002",
      ".801 ±.001",
      ".652 ±.002"
    ])
    assert.match(await page.locator("#findings .claim").innerText(), /supported[\s\S]*bold is better/i)
    assert.strictEqual(
      await page.locator("#figures img").evaluate((image) => (image as HTMLImageElement).naturalWidth > 0),
      true
    )
    assert.match(await page.locator("#pipeline").innerText(), /fit ×6|fit ×18/)
    assert.match(await page.locator("#provenance").innerText(), new RegExp(found.contentHash))
    assert.deepStrictEqual([asked, errors], [[], []])
  })

  it("sorts by a click, the other way by a second, and not at all by a third; what is undefined stands last", async () => {
    const { page } = await open(browser, url)
    const asDeclared = await rowNames(page)
    const heading = page.getByRole("columnheader", { name: /^time/ })
    await page
      .getByRole("columnheader", { name: /^accuracy/ })
      .getByRole("button")
      .click()
    const figures = (await figuresIn(page, 1)).map((text) => Number.parseFloat(text))
    assert.deepStrictEqual(
      figures,
      [...figures].sort((a, b) => b - a)
    )
    await heading.getByRole("button").click()
    assert.strictEqual(await heading.getAttribute("aria-sort"), "descending")
    assert.match((await rowNames(page)).at(-1) ?? "", /bold\s+b/)
    await heading.getByRole("button").click()
    assert.strictEqual(await heading.getAttribute("aria-sort"), "ascending")
    assert.match((await rowNames(page)).at(-1) ?? "", /bold\s+b/)
    await heading.getByRole("button").click()
    assert.deepStrictEqual(await rowNames(page), asDeclared)
  })

  it("finds rows, leaves out columns, shows one metric by itself, and copies just what is shown", async () => {
    const { page } = await open(browser, url, { permissions: ["clipboard-read", "clipboard-write"] })
    await page.getByLabel("Find rows").fill("method=bold")
    assert.lengthOf(await rowNames(page), 2)
    await page.getByRole("combobox", { name: "data" }).selectOption("b")
    assert.lengthOf(await rowNames(page), 1)
    await page.locator("summary", { hasText: "Columns" }).click()
    await page.getByRole("checkbox", { name: "time (s)" }).uncheck()
    assert.strictEqual(await page.locator("[role=grid] thead tr:last-child th").count(), 2)
    await page.getByRole("button", { name: "CSV" }).click()
    await page.getByText("CSV copied").waitFor()
    const row = found.rows.find(({ labels }) => labels.method === "bold" && labels.data === "b")
    const column = found.columns[0]
    assert(row !== undefined && column !== undefined)
    const copied: string = await page.evaluate("navigator.clipboard.readText()")
    assert.strictEqual(
      copied.replaceAll("\r\n", "\n"),
      toCsv({ ...found, rows: [row], columns: [column] }).replaceAll("\r\n", "\n")
    )
    await page.getByRole("button", { name: "Show everything" }).click()
    assert.lengthOf(await rowNames(page), 6)
    await page.getByLabel("Only rows that differ").check()
    // The odd method is as much worse in every seed: that is no evidence.
    assert.lengthOf(await rowNames(page), 2)
    await page.getByRole("combobox", { name: "Metric" }).selectOption({ label: "quality: accuracy" })
    const headings = await page.locator("[role=grid] thead th").allInnerTexts()
    assert.includeMembers(headings, ["95 % interval", "difference [95 %]", "p, sign flip"])
    await page.getByLabel("Find rows").fill("nothing is called so")
    await page.getByText("No row is what you look for.").waitFor()
  })

  it("tells the values by seed to the pointer and to the keyboard", async () => {
    const { page } = await open(browser, url)
    await page.locator("[role=grid] tbody tr:nth-child(2) td").first().hover()
    const tooltip = page.getByRole("tooltip")
    for (const text of ["seed 0", ".600", "seed 2", ".602", "better than the baseline"])
      assert.include(await tooltip.innerText(), text)
    await page.mouse.move(5, 5)
    await tooltip.waitFor({ state: "detached" })

    // One stop for Tab: the first row's label. From there by arrows.
    await page.locator("[role=grid] [tabindex='0']").focus()
    await page.keyboard.press("ArrowDown")
    await page.keyboard.press("ArrowRight")
    assert.include(await tooltip.innerText(), ".602")
    assert.strictEqual(await page.evaluate("document.activeElement.getAttribute('aria-describedby')"), "seed-values")
    await page.keyboard.press("Escape")
    await tooltip.waitFor({ state: "detached" })
    await page.keyboard.press("Tab")
    assert.strictEqual(await page.evaluate("document.activeElement.closest('[role=grid]')"), null)
    // The heading is above the first row, and sorts.
    await page.keyboard.press("Shift+Tab")
    await page.keyboard.press("ArrowUp")
    await page.keyboard.press("ArrowUp")
    await page.keyboard.press("Enter")
    assert.match((await rowNames(page))[0] ?? "", /bold\s+b/)
  })

  it("opens what is behind a row, and gives the focus back", async () => {
    const { page } = await open(browser, url)
    await page.locator("[role=grid] [tabindex='0']").focus()
    await page.keyboard.press("ArrowDown")
    await page.keyboard.press("Enter")
    const dialog = page.getByRole("dialog")
    const text = await dialog.innerText()
    for (const part of ["fit\tmethod\tplain\tbold", "Curves", "loss over 4 epochs", "score\tthis run"])
      assert.include(text, part)
    await assertAccessible(page, "what is behind a row")
    await dialog.getByRole("combobox").selectOption({ label: "2" })
    assert.match(await dialog.innerText(), /seed=2/)
    await page.keyboard.press("Escape")
    await dialog.waitFor({ state: "detached" })
    assert.match(await page.evaluate<string>("document.activeElement.innerText"), /bold/)
    // A row has an address.
    const { page: again } = await open(browser, `${url}#row=${encodeURIComponent(found.rows[1]?.id ?? "")}`)
    await again.getByRole("dialog").getByText("seed 0").first().waitFor()
  })

  it("holds to the accessibility checker in light and dark, wide and narrow; colours follow the system, then the reader", async () => {
    const { page } = await open(browser, url)
    const paper = () => page.evaluate<string>("getComputedStyle(document.body).backgroundColor")
    const light = await paper()
    await assertAccessible(page, "light")
    await page.emulateMedia({ colorScheme: "dark" })
    const dark = await paper()
    assert.notStrictEqual(dark, light)
    await assertAccessible(page, "dark")
    await page.getByRole("button", { name: "Colours: auto" }).click()
    assert.strictEqual(await paper(), light)
    await page.getByRole("button", { name: "Colours: light" }).click()
    await page.emulateMedia({ colorScheme: "light" })
    assert.strictEqual(await paper(), dark)
    await page.setViewportSize({ width: 390, height: 800 })
    assert.strictEqual(await page.evaluate("document.documentElement.scrollWidth"), 390)
    await assertAccessible(page, "narrow")
  })

  it("draws of many rows those in sight, walks to the last, and prints all", async () => {
    const { errors, page } = await open(browser, longUrl)
    const drawn = () => page.locator("[role=grid] tbody tr:not(.space)").count()
    assert.isBelow(await drawn(), 80)
    await page.locator("[role=grid] [tabindex='0']").focus()
    await page.keyboard.press("Control+End")
    await page.locator("[role=grid] tbody tr[aria-rowindex='1202']").waitFor()
    assert.isBelow(await drawn(), 80)
    assert.match(await page.evaluate<string>("document.activeElement.dataset.place"), /^1199:2$/)
    await page.getByLabel("Find rows").fill("data=b 17 bold")
    // Copies 17, 117 and 170 to 179.
    assert.strictEqual(await drawn(), 12)
    await page.getByLabel("Find rows").fill("")
    const onPaper = await page.evaluate<number>(
      `new Promise((resolve) => {
        window.addEventListener("beforeprint", () => resolve(document.querySelectorAll("[role=grid] tbody tr:not(.space)").length))
        window.dispatchEvent(new Event("beforeprint"))
      })`
    )
    assert.strictEqual(onPaper, 1200)
    await page.evaluate(`window.dispatchEvent(new Event("afterprint"))`)
    assert.deepStrictEqual(errors, [])
  })

  it("brings Preact and its own code, and nothing of what computes", () => {
    const map = fileURLToPath(new URL("../../src/dist/page/client.js.map", import.meta.url))
    const { sources }: { readonly sources: ReadonlyArray<string> } = JSON.parse(readFileSync(map, "utf8"))
    assert.deepStrictEqual(
      sources.filter(
        (source) =>
          !/\/preact\/|\/src\/(page|report|domain|observe)\/|^\.\.\/\.\.\/(page|report|domain|observe)\//.test(source)
      ),
      []
    )
  })

  it("is laid out for paper", async () => {
    const { page } = await open(browser, url)
    const pdf = await page.pdf({ preferCSSPageSize: true })
    assert.strictEqual(pdf.subarray(0, 5).toString(), "%PDF-")
    await page.emulateMedia({ media: "print", colorScheme: "dark" })
    assert.isFalse(await page.getByLabel("Find rows").isVisible())
    assert.strictEqual(
      await page.locator("#table > .scroller").evaluate((box) => getComputedStyle(box).overflowX),
      "visible"
    )
  })

  it("reads without scripts, short or long", async () => {
    for (const [address, rows] of [
      [url, 6],
      [longUrl, 1200]
    ] as const) {
      const { page } = await open(browser, address, { javaScriptEnabled: false })
      assert.isFalse(await page.getByLabel("Find rows").isVisible())
      const shown = page.locator("table:visible tbody tr")
      assert.strictEqual(await shown.count(), rows)
      assert.match(await shown.nth(1).innerText(), /bold[\s\S]*\.601/)
    }
  })
})
