/** `doctor`: whether the cache reads back as it was written, and whether results come out again. */
import { Effect, Layer } from "effect"
import {
  Maintenance,
  openStore,
  rebuildDatabase,
  type StorePlace,
  shownPlace,
  structuralFaults
} from "../../store/index.ts"
import type { CheckReport } from "../../store/Maintenance.ts"
import type { Where } from "../Asked.ts"
import type { CommandError } from "../CommandError.ts"
import * as Project from "../Project.ts"
import type { Recomputed } from "../Recomputed.ts"
import { UsageError } from "../UsageError.ts"

export interface DoctorOptions extends Where {
  /** Forgets what is damaged, so that it is computed again. */
  readonly repair?: boolean
  /** Computes this share, above 0 and up to 1, of what the latest runs know again, and compares. */
  readonly recompute?: number | undefined
}

/** What a damaged database was built anew from, and where the damaged one is. */
export interface Rebuilt {
  readonly runs: number
  readonly results: number
  readonly artifacts: number
  readonly aside: string
}

/** What reading everything came to. */
export type Checked = CheckReport

/** What {@link doctor} found. */
export interface DoctorReport {
  /** Where the store is. */
  readonly store: string
  /** Faults of the database's structure: with one it does not open. */
  readonly structure: ReadonlyArray<string>
  readonly rebuilt: Rebuilt | null
  /** Null where the store does not open. */
  readonly check: Checked | null
  /** Null where nothing was to be computed again. */
  readonly recomputed: Recomputed | null
  /** Whether everything reads back now, and everything that was computed again came out as stored. */
  readonly isSound: boolean
}

/** The faults of its structure, or why it does not open although SQLite finds none. */
const openingFaults = Effect.fnUntraced(function* (place: StorePlace) {
  // The structure of a shared one is its server's.
  const faults = place.storeUrl === undefined ? yield* structuralFaults(place.storeDir) : []
  if (faults.length > 0) return faults
  return yield* Effect.scoped(Layer.build(openStore(place, { mode: "read-only", trusted: true }))).pipe(
    Effect.as<ReadonlyArray<string>>([]),
    Effect.catchIf(
      ({ reason }) => reason._tag === "Damaged",
      ({ message, reason }) => Effect.succeed([reason._tag === "Damaged" ? reason.detail : message])
    )
  )
})

const examine = Effect.fnUntraced(function* (project: Project.Project, options: DoctorOptions) {
  const { storeDir, storeUrl } = project
  const { recompute: asked } = options
  if (asked !== undefined && !(asked > 0 && asked <= 1))
    return yield* new UsageError({
      about: { option: "recompute", given: [] },
      text: `a share is above 0 and up to 1, found ${asked}`
    })
  const repair = options.repair === true
  // The structure first: with it damaged, the store does not open, and nothing else can be asked.
  const structure = yield* openingFaults(project)
  const rebuilt: Rebuilt | null =
    structure.length > 0 && repair && storeUrl === undefined ? yield* rebuildDatabase(storeDir) : null
  const found = { store: shownPlace(project), structure, rebuilt }
  if (structure.length > 0 && rebuilt === null)
    return { ...found, check: null, recomputed: null, isSound: false } satisfies DoctorReport
  return yield* Effect.gen(function* () {
    const maintenance = yield* Maintenance
    const check = yield* maintenance.check({ repair })
    const isWhole = check.damaged.length === 0 && check.rows.length === 0
    const share = options.recompute
    // The training back ends are loaded only where something is computed.
    const recomputed: Recomputed | null =
      share === undefined
        ? null
        : yield* Effect.flatMap(
            Effect.promise(() => import("../Recompute.ts")),
            ({ recompute }) => recompute(project, share)
          )
    const comesOut = recomputed === null || recomputed.different.length === 0
    const report: DoctorReport = { ...found, check, recomputed, isSound: (isWhole || check.repaired) && comesOut }
    return report
  }).pipe(
    Effect.provide(
      // What was found sound need not be checked again.
      openStore(project, { mode: repair ? "read-write" : "read-only", trusted: structure.length === 0 })
    )
  )
})

/** Reads everything in the store back, and computes a share of it again where that is asked. */
export const doctor = (options: DoctorOptions = {}): Effect.Effect<DoctorReport, CommandError> =>
  Effect.flatMap(Project.find(options), (project) => examine(project, options)).pipe(Effect.withSpan("ablate.doctor"))
