/** `settings`: what `--set` may change of an experiment. */
import { readFile } from "node:fs/promises"
import { relative } from "node:path"
import { Effect, Option, Schema } from "effect"
import type { Where } from "../Asked.ts"
import type { CommandError } from "../CommandError.ts"
import { loadExperiment } from "../OpenExperiment.ts"
import * as Project from "../Project.ts"
import * as Settings from "../Settings.ts"
import * as SettingType from "../SettingType.ts"

export interface SettingsOptions extends Where {
  readonly experiment: string
}

/** One value that `--set` may change. */
export interface Setting {
  /** Dotted, as in `--set path=value`. */
  readonly path: string
  /** In words. */
  readonly type: string
  /** As it can be typed. */
  readonly default: string
  /** What its declaration says: by an annotation, else by the comment before it. Empty where it says nothing. */
  readonly comment: string
}

/** What {@link settings} found. */
export interface SettingsReport {
  readonly experiment: string
  /** Relative to the project. */
  readonly file: string
  readonly description: string
  readonly settings: ReadonlyArray<Setting>
}

/** Comments by path, of the first of the experiment's files that has one. */
const commentsOf = Effect.fnUntraced(function* (files: ReadonlyArray<string>) {
  // The parser is loaded only here.
  const { commentsIn } = yield* Effect.promise(() => import("../../plan/code/SettingComments.ts"))
  const found = new Map<string, string>()
  for (const file of files) {
    const source = yield* Effect.option(Effect.tryPromise(() => readFile(file, "utf8")))
    if (Option.isNone(source) || !source.value.includes("Setting.")) continue
    for (const [path, comment] of commentsIn(file, source.value)) if (!found.has(path)) found.set(path, comment)
  }
  return found
})

/** A schema may have no JSON Schema: then nothing is said of its types. */
const documentOf = (schema: Schema.ConstraintCodec<unknown, unknown>) =>
  Option.getOrUndefined(Option.liftThrowable(() => Schema.toJsonSchemaDocument(schema).schema)())

/** The settings of an experiment with their types and defaults; none where it declares none. Nothing runs. */
export const settings = (options: SettingsOptions): Effect.Effect<SettingsReport, CommandError> =>
  Effect.gen(function* () {
    const project = yield* Project.find(options)
    const { experiment, file, loaded } = yield* loadExperiment(project, options.experiment)
    const defaults = yield* Settings.defaults(experiment)
    const comments = defaults.length === 0 ? new Map<string, string>() : yield* commentsOf([file, ...loaded.graph])
    const schema = documentOf(experiment.settings)
    const report: SettingsReport = {
      experiment: experiment.name,
      file: relative(project.root, file),
      description: experiment.description,
      settings: defaults.map(([path, value]) => {
        const declared = SettingType.at(schema, path.split("."))
        const described = SettingType.descriptionOf(declared)
        return {
          path,
          type: SettingType.typeText(declared),
          default: value,
          comment: described === "" ? (comments.get(path) ?? "") : described
        }
      })
    }
    return report
  }).pipe(Effect.withSpan("ablate.settings"))
