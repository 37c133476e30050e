/** SLURM by its commands: `sbatch`, `squeue`, `scancel`. */
import { type ChildProcess, execFile } from "node:child_process"
import { Effect, Schema } from "effect"
import type { Job } from "./Sizing.ts"

/** One of its commands could not be run, or refused: in its own words. */
export class SlurmProblem extends Schema.TaggedError<SlurmProblem>()("SlurmProblem", {
  command: Schema.String,
  isMissing: Schema.Boolean,
  said: Schema.String
}) {
  override get message() {
    return this.isMissing
      ? `${this.command} is not found: --on slurm is for a machine that has SLURM's commands, such as its login node`
      : `${this.command}: ${this.said}`
  }
}

/** How long a command may take: a controller that is busy answers late. */
const mostMs = 60_000

const words = (text: string): string =>
  text
    .split("\n")
    .map((line) => line.replace(/^\w+: (error: )?/, "").trim())
    .filter((line) => line !== "")
    .join("; ")

/** What the command prints. */
const call = (
  command: string,
  args: ReadonlyArray<string>,
  input = "",
  env: { readonly [name: string]: string | undefined } = process.env
) =>
  Effect.callback<string, SlurmProblem>((resume) => {
    const child: ChildProcess = execFile(command, [...args], { timeout: mostMs, env }, (error, stdout, stderr) => {
      if (error === null) return resume(Effect.succeed(stdout))
      const isMissing = "code" in error && error.code === "ENOENT"
      resume(Effect.fail(new SlurmProblem({ command, isMissing, said: words(stderr) || error.message })))
    })
    child.stdin?.on("error", () => undefined)
    child.stdin?.end(input)
    return Effect.sync(() => void child.kill())
  })

/** What `sbatch` is given: a script, and options beside it. */
export interface Batch {
  readonly script: string
  readonly options: ReadonlyArray<string>
  /** The jobs' environment is made of it. */
  readonly env: { readonly [name: string]: string | undefined }
}

const sbatch = ({ env, options, script }: Batch, ...more: ReadonlyArray<string>) =>
  call("sbatch", [...more, ...options], script, env)

/** Whether SLURM would take the script; fails in its own words where not. */
export const check = (batch: Batch): Effect.Effect<void, SlurmProblem> => Effect.asVoid(sbatch(batch, "--test-only"))

/** Submits an array of so many jobs, and gives their ids. */
export const submit = (batch: Batch, jobs: number): Effect.Effect<ReadonlyArray<string>, SlurmProblem> =>
  Effect.map(sbatch(batch, "--parsable", `--array=1-${jobs}`), (printed) => {
    const [array = ""] = printed.trim().split(";")
    return Array.from({ length: jobs }, (_, at) => `${array}_${at + 1}`)
  })

/** The jobs of a name, each job of an array for itself: also those that were over lately. */
export const jobs = (name: string): Effect.Effect<ReadonlyArray<Job>, SlurmProblem> =>
  Effect.map(
    call("squeue", ["--noheader", "--array", "--states=all", `--name=${name}`, "--format=%F_%K|%T|%r"]),
    (printed) =>
      printed.split("\n").flatMap((line) => {
        const [id, state, reason] = line.trim().split("|")
        return id === undefined || state === undefined || reason === undefined ? [] : [{ id, state, reason }]
      })
  )

export const cancel = (name: string): Effect.Effect<void, SlurmProblem> =>
  Effect.asVoid(call("scancel", [`--name=${name}`]))
