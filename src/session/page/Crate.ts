/**
 * What a report's files are, as archives read it: an RO-Crate 1.1 of the profile Process Run Crate 0.5. The run is an action of
 * the experiment on its inputs, and the files are its results.
 */
import { hash } from "node:crypto"
import type { RunRecord } from "../../domain/RunRecord.ts"
import type { ReportTable } from "../../report/ReportTable.ts"
import { type Hashed, isoTime, type Provenance } from "./Provenance.ts"

/** Its name in every crate. */
export const CRATE_FILE = "ro-crate-metadata.json"

/** The same under a name that a reader looks for. */
export const PROVENANCE_FILE = "provenance.json"

export interface ReportFile {
  /** In the report's folder, with `/`. */
  readonly path: string
  readonly bytes: Uint8Array
  readonly mediaType: string
  /** What it is, for a reader. */
  readonly about: string
}

export const sha256 = (bytes: Uint8Array): string => hash("sha256", bytes)

/** What the project says of itself in its package.json. */
export interface Owner {
  readonly license?: string | undefined
  readonly author?: string | undefined
  readonly repository?: string | undefined
}

interface Told {
  readonly run: RunRecord
  readonly description: string
  readonly table: ReportTable
  readonly provenance: Provenance
  readonly owner: Owner
  readonly files: ReadonlyArray<ReportFile>
}

const PROCESS_RUN = "https://w3id.org/ro/wfrun/process/0.5"

const reference = (id: string) => ({ "@id": id })

/** An entity for each, under ids of their own. */
const entities = (kind: string, type: string, all: ReadonlyArray<Hashed>) =>
  all.map(({ hash, name }, at) => ({
    "@id": `#${kind}-${at + 1}`,
    "@type": type,
    name,
    ...(/^[0-9a-f]{64}$/.test(hash) ? { sha256: hash } : { version: hash })
  }))

const statuses: { readonly [Status in RunRecord["status"]]: string } = {
  running: "ActiveActionStatus",
  succeeded: "CompletedActionStatus",
  failed: "FailedActionStatus",
  interrupted: "FailedActionStatus"
}

/** The metadata of a report, as JSON with a final newline. */
export const crateOf = ({ description, files, owner, provenance, run, table }: Told): string => {
  const { environment } = run
  const inputs = entities("input", "CreativeWork", provenance.inputs)
  const stages = entities("stage", "SoftwareSourceCode", provenance.code)
  const settings = Object.entries(run.settings).map(([name, value], at) => ({
    "@id": `#setting-${at + 1}`,
    "@type": "PropertyValue",
    name,
    value
  }))
  const end = run.durationMs === null ? undefined : isoTime(run.startedAt + run.durationMs)
  const graph = [
    {
      "@id": CRATE_FILE,
      "@type": "CreativeWork",
      about: reference("./"),
      conformsTo: reference("https://w3id.org/ro/crate/1.1")
    },
    {
      "@id": "./",
      "@type": "Dataset",
      name: table.title,
      description: [description, ...table.sources].filter((text) => text !== "").join(" ") || table.title,
      // Of the figures: two reports of one run are the same crate.
      datePublished: end ?? isoTime(run.startedAt),
      license: owner.license ?? "No licence is stated.",
      identifier: table.contentHash,
      conformsTo: reference(PROCESS_RUN),
      ...(owner.author === undefined ? {} : { author: reference("#author") }),
      hasPart: [...files.map(({ path }) => reference(path)), reference(PROVENANCE_FILE)],
      mentions: reference("#run")
    },
    { "@id": PROCESS_RUN, "@type": "CreativeWork", name: "Process Run Crate", version: "0.5" },
    {
      "@id": "#run",
      "@type": "CreateAction",
      name: `Run ${run.id} of ${run.experiment}`,
      identifier: run.id,
      startTime: isoTime(run.startedAt),
      ...(end === undefined ? {} : { endTime: end }),
      actionStatus: reference(`http://schema.org/${statuses[run.status]}`),
      instrument: reference("#experiment"),
      object: [...inputs, ...settings].map((each) => reference(each["@id"])),
      result: files.map(({ path }) => reference(path)),
      ...(owner.author === undefined ? {} : { agent: reference("#author") })
    },
    {
      "@id": "#experiment",
      "@type": "SoftwareSourceCode",
      name: run.experiment,
      description: `${run.file}: ${description === "" ? table.title : description}`,
      programmingLanguage: "TypeScript",
      ...(owner.repository === undefined ? {} : { codeRepository: owner.repository }),
      softwareRequirements: [reference("#ablate"), reference("#node")],
      hasPart: stages.map((each) => reference(each["@id"]))
    },
    ...(owner.author === undefined ? [] : [{ "@id": "#author", "@type": "Person", name: owner.author }]),
    {
      "@id": "#ablate",
      "@type": "SoftwareApplication",
      name: "Ablate",
      softwareVersion: environment.ablate,
      operatingSystem: `${environment.platform} ${environment.arch}`,
      processorRequirements: `${environment.cpu}, ${environment.cores} cores`
    },
    { "@id": "#node", "@type": "SoftwareApplication", name: "Node.js", softwareVersion: environment.node },
    ...inputs,
    ...settings,
    ...stages,
    ...files.map(({ about, bytes, mediaType, path }) => ({
      "@id": path,
      "@type": mediaType.startsWith("image/") ? ["File", "ImageObject"] : "File",
      name: about,
      encodingFormat: mediaType,
      contentSize: String(bytes.byteLength),
      sha256: sha256(bytes)
    })),
    {
      "@id": PROVENANCE_FILE,
      "@type": "File",
      name: `The same as ${CRATE_FILE}`,
      encodingFormat: "application/ld+json"
    }
  ]
  return `${JSON.stringify(
    { "@context": ["https://w3id.org/ro/crate/1.1/context", { sha256: "https://schema.org/sha256" }], "@graph": graph },
    null,
    2
  )}\n`
}
