/** Failures of a stage, told to a person. */
import { inspect } from "node:util"
import { Cause, Result, Schema } from "effect"
import type { FailureInfo } from "../domain/RunEvent.ts"
import { firstPlace, inSources } from "./SourcePlaces.ts"

/** A stage did not finish in its time. */
export class StageTimeout extends Schema.TaggedError<StageTimeout>()("StageTimeout", { limit: Schema.String }) {
  override get message() {
    return `no result after ${this.limit} (the stage's timeout)`
  }
}

/** A file changed between the making of the plan and the end of the stage that read it. */
export class FileChanged extends Schema.TaggedError<FileChanged>()("FileChanged", {
  path: Schema.String,
  problem: Schema.String
}) {
  override get message() {
    return `${this.path}: ${this.problem}; the result was not kept. Run again when the file is at rest`
  }
}

/** A stage ended its worker: out of memory, or by what nothing could catch. */
export class WorkerEnded extends Schema.TaggedError<WorkerEnded>()("WorkerEnded", { reason: Schema.String }) {
  override get message() {
    return `the worker ended while the stage ran: ${this.reason}`
  }
}

/** A worker could not load the program. */
export class WorkerUnusable extends Schema.TaggedError<WorkerUnusable>()("WorkerUnusable", { reason: Schema.String }) {
  override get message() {
    return `the worker could not start: ${this.reason}`
  }
}

/** A failure that happened in a worker thread. */
export class StageFailed extends Schema.TaggedError<StageFailed>()("StageFailed", {
  tag: Schema.String,
  text: Schema.String,
  place: Schema.optionalKey(Schema.String),
  detail: Schema.optionalKey(Schema.String)
}) {
  static of({ detail, message, place, tag }: FailureInfo): StageFailed {
    return new StageFailed({
      tag,
      text: message,
      ...(place === undefined ? {} : { place }),
      ...(detail === undefined ? {} : { detail })
    })
  }

  get info(): FailureInfo {
    return {
      tag: this.tag,
      message: this.text,
      ...(this.place === undefined ? {} : { place: this.place }),
      ...(this.detail === undefined ? {} : { detail: this.detail })
    }
  }

  override get message() {
    return this.text
  }
}

const tagOf = (error: unknown): string =>
  typeof error === "object" && error !== null && "_tag" in error && typeof error._tag === "string"
    ? error._tag
    : error instanceof Error
      ? error.name
      : "Failure"

/** What an error says, whatever it is. */
export const messageOf = (error: unknown): string => {
  if (error instanceof Error && error.message !== "") return error.message
  if (typeof error === "string") return error
  // A stage may fail with anything: undefined, a symbol, a bigint, an object that contains itself.
  const json = Result.try((): string | undefined => JSON.stringify(error))
  return Result.getOrUndefined(json) ?? inspect(error)
}

/** What to do about the defects that a stage's author most often meets. */
const hint = (defect: unknown): string => {
  const text = defect instanceof Error ? defect.message : ""
  if (/not extensible|read only property|Cannot delete property/.test(text))
    return " (inputs are shared and frozen: a stage must not change them, only make new values)"
  if (text.startsWith("Service not found")) return " (give it in the experiment's `layer`)"
  return ""
}

/**
 * Where in the sources a failure comes from, and the way there: the stacks of its error and of what caused that, and the
 * named effects (`Effect.fn`, spans) around it. Empty where nothing leads to a source.
 */
const traceOf = (reason: Cause.Reason<unknown>): Pick<FailureInfo, "place" | "detail"> => {
  const stack = Cause.pretty(Cause.fromReasons([reason]))
  const place = firstPlace(stack)
  return place === undefined ? {} : { place, detail: inSources(stack) }
}

/** An error that was thrown where no effect could fail with it. */
export const thrown = (tag: string, message: string, error: unknown): FailureInfo => ({
  tag,
  message,
  ...traceOf(Cause.makeDieReason(error))
})

/** The first reason of a cause. */
export const toInfo = (cause: Cause.Cause<unknown>): FailureInfo => {
  for (const reason of cause.reasons) {
    if (Cause.isFailReason(reason)) {
      if (reason.error instanceof StageFailed) return reason.error.info
      // What its stage declares is no bug: where it comes from is enough.
      const { place } = traceOf(reason)
      const message = messageOf(reason.error)
      return { tag: tagOf(reason.error), message, ...(place === undefined ? {} : { place }) }
    }
    if (Cause.isDieReason(reason)) {
      const { defect } = reason
      const stack = defect instanceof Error && defect.stack !== undefined ? { detail: inSources(defect.stack) } : {}
      // A bug may lie in none of the sources: then all that is known of it is told.
      return { tag: "Defect", message: `${messageOf(defect)}${hint(defect)}`, ...stack, ...traceOf(reason) }
    }
  }
  return { tag: "Interrupted", message: "interrupted" }
}

/** The same of an error. */
export const infoOf = (error: unknown): FailureInfo => toInfo(Cause.fail(error))
