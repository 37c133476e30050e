/** A report's metadata against what RO-Crate 1.1 and the profile Process Run Crate demand. */
import { hash } from "node:crypto"
import { assert, describe, it } from "vitest"
import { RunId } from "../../../src/domain/Hash.ts"
import type { RunRecord } from "../../../src/domain/RunRecord.ts"
import { buildTable } from "../../../src/report/index.ts"
import { crateOf } from "../../../src/session/page/Crate.ts"
import { provenanceOf } from "../../../src/session/page/Provenance.ts"

type Entity = Readonly<Record<string, unknown>> & {
  readonly "@id": string
  readonly "@type": string | ReadonlyArray<string>
}

const run: RunRecord = {
  id: RunId.make("20260101-000000-abcd"),
  experiment: "study",
  file: "experiments/study.ts",
  settings: { "train.lambda": "2" },
  only: "",
  startedAt: Date.UTC(2026, 0, 1),
  durationMs: 1500,
  status: "succeeded",
  nodes: 2,
  executed: 2,
  cached: 0,
  failed: 0,
  skipped: 0,
  environment: { ablate: "1.2.3", node: "v24.0.0", platform: "linux", arch: "x64", cpu: "c", cores: 2 },
  basis: {
    "stage fit": `code:${"a".repeat(64)}`,
    "stage old": "version:3",
    "file /home/me/project/data/rows.csv": "b".repeat(64),
    "file /elsewhere/secret/words.bin": "c".repeat(64),
    "numerics fit": "engine@1"
  }
}
const table = buildTable({ title: "T", rows: [], columns: [], caption: ["Made up."] }, [], {
  experiment: "study",
  runId: run.id
})
const bytes = new TextEncoder().encode("a,b\n")
const text = crateOf({
  run,
  table,
  description: "Why",
  provenance: provenanceOf(run, "/home/me/project"),
  owner: { license: "MIT", author: "A. Person" },
  files: [
    { path: "table.csv", bytes, mediaType: "text/csv", about: "Rows" },
    { path: "figures/one.svg", bytes, mediaType: "image/svg+xml", about: "One" }
  ]
})
const crate: { readonly "@context": unknown; readonly "@graph": ReadonlyArray<Entity> } = JSON.parse(text)
const byId = new Map(crate["@graph"].map((entity) => [entity["@id"], entity]))
const of = (id: string): Entity => byId.get(id) ?? assert.fail(`no entity ${id}`)

const referencesIn = (value: unknown): ReadonlyArray<string> => {
  if (Array.isArray(value)) return value.flatMap(referencesIn)
  if (typeof value !== "object" || value === null) return []
  return "@id" in value && Object.keys(value).length === 1
    ? [String(value["@id"])]
    : Object.values(value).flatMap(referencesIn)
}

describe("a report's metadata", () => {
  it("describes itself, and the folder as a dataset with name, description, date and licence", () => {
    assert.include(JSON.stringify(crate["@context"]), "https://w3id.org/ro/crate/1.1/context")
    assert.deepInclude(of("ro-crate-metadata.json"), {
      "@type": "CreativeWork",
      about: { "@id": "./" },
      conformsTo: { "@id": "https://w3id.org/ro/crate/1.1" }
    })
    assert.deepInclude(of("./"), {
      "@type": "Dataset",
      name: "T",
      description: "Why Made up.",
      datePublished: "2026-01-01T00:00:01.500Z",
      license: "MIT"
    })
    assert.strictEqual(byId.size, crate["@graph"].length, "every entity has an id of its own")
  })

  it("has an entity for whatever it mentions in the crate", () => {
    const dangling = crate["@graph"].flatMap((entity) =>
      Object.values(entity)
        .flatMap(referencesIn)
        .filter((id) => !byId.has(id) && !id.startsWith("https://w3id.org/ro/") && !id.startsWith("http://schema.org/"))
    )
    assert.deepStrictEqual(dangling, [])
  })

  it("has every file with its length and its hash", () => {
    const parts = referencesIn(of("./").hasPart)
    assert.sameMembers([...parts], ["table.csv", "figures/one.svg", "provenance.json"])
    assert.deepInclude(of("table.csv"), {
      "@type": "File",
      encodingFormat: "text/csv",
      contentSize: "4",
      sha256: hash("sha256", "a,b\n")
    })
    assert.deepStrictEqual(of("figures/one.svg")["@type"], ["File", "ImageObject"])
  })

  it("has the run as an action of the experiment on its inputs, as the profile demands", () => {
    assert.deepInclude(of("./"), {
      conformsTo: { "@id": "https://w3id.org/ro/wfrun/process/0.5" },
      mentions: { "@id": "#run" }
    })
    assert.deepInclude(of("#run"), {
      "@type": "CreateAction",
      instrument: { "@id": "#experiment" },
      actionStatus: { "@id": "http://schema.org/CompletedActionStatus" },
      startTime: "2026-01-01T00:00:00.000Z"
    })
    const given = referencesIn(of("#run").object).map((id) => of(id).name)
    assert.sameMembers(given, ["data/rows.csv", "words.bin", "train.lambda"])
    assert.deepInclude(of(referencesIn(of("#experiment").hasPart)[0] ?? ""), { name: "fit", sha256: "a".repeat(64) })
  })

  it("says nothing of where things are on this machine", () => {
    assert.notInclude(text, "/home/me")
    assert.notInclude(text, "/elsewhere")
  })
})
