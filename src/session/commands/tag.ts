/** `tag`: names that stand for a run in every command, and keep it from `gc`. */
import { Effect } from "effect"
import type { RunRecord } from "../../domain/RunRecord.ts"
import { openStore, RunHistory, type StoreLocation } from "../../store/index.ts"
import type { Where } from "../Asked.ts"
import type { CommandError } from "../CommandError.ts"
import { runById } from "../FindRun.ts"
import { experimentFiles } from "../Loader.ts"
import * as Project from "../Project.ts"
import { didYouMean, UsageError } from "../UsageError.ts"

export interface TagOptions extends Where {
  /** A run by its id, a beginning that no other has, another tag of it, or `latest`. */
  readonly run: string
  readonly name: string
}

/** The tag, and the run that has it, or had it. */
export interface TagReport {
  readonly run: RunRecord
  readonly name: string
  /** Whether it had the tag before. */
  readonly wasThere: boolean
}

export interface UntagOptions extends Where {
  readonly name: string
  /** The run that is to have it; default whichever has. */
  readonly run?: string | undefined
}

/** It begins with a letter, so that it is no beginning of a run's id. */
const isName = (name: string) => /^\p{L}[\p{L}\p{N}._-]{0,63}$/u.test(name) && name !== "latest"

const writing = <A, E>(
  options: Where,
  use: (project: Project.Project) => Effect.Effect<A, E, RunHistory | StoreLocation>
) =>
  Effect.flatMap(Project.find(options), (project) =>
    Effect.provide(use(project), openStore(project, { mode: "read-write" }))
  )

/** Refuses a name that another run has, and one that an experiment has. */
export const tag = (options: TagOptions): Effect.Effect<TagReport, CommandError> =>
  writing(
    options,
    Effect.fnUntraced(function* (project) {
      const { name } = options
      const history = yield* RunHistory
      const run = yield* runById(options.run)
      if (!isName(name))
        return yield* new UsageError({
          text: `a tag is a letter and then letters, digits, ".", "_" and "-", up to 64, and not "latest"; found "${name}"`
        })
      const experiments = [
        ...experimentFiles(project.root).map((file) => file.name),
        ...(yield* history.runs(10_000)).map(({ experiment }) => experiment)
      ]
      if (experiments.includes(name))
        return yield* new UsageError({ text: `"${name}" is the name of an experiment: name the run otherwise` })
      const wasThere = (yield* history.tags).get(name) === run.id
      const holder = yield* history.tag(run.id, name)
      if (holder !== run.id)
        return yield* new UsageError({
          text: `the tag "${name}" is of run ${holder}: take it away first (ablate tag ${name} --remove), or choose another`
        })
      return { run, name, wasThere }
    })
  ).pipe(Effect.withSpan("ablate.tag"))

/** Takes a tag away; gives the run that had it. */
export const untag = (options: UntagOptions): Effect.Effect<TagReport, CommandError> =>
  writing(
    options,
    Effect.fnUntraced(function* () {
      const { name } = options
      const history = yield* RunHistory
      const tags = yield* history.tags
      const holder = tags.get(name)
      if (holder === undefined)
        return yield* new UsageError({
          text: `no run has the tag "${name}".${didYouMean(name, [...tags.keys()])} ${tags.size === 0 ? "There are no tags" : `The tags are ${[...tags.keys()].join(", ")}`}`
        })
      const run = yield* runById(holder)
      const wanted = options.run === undefined ? run : yield* runById(options.run)
      if (wanted.id !== run.id)
        return yield* new UsageError({ text: `the tag "${name}" is of run ${run.id}, not of ${wanted.id}` })
      yield* history.untag(name)
      return { run, name, wasThere: true }
    })
  ).pipe(Effect.withSpan("ablate.untag"))
