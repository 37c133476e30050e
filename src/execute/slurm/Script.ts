/** The batch script of an array of workers, and what `sbatch` is told beside it. */
import { memoryOf, type SlurmSettings } from "./SlurmSettings.ts"

export interface ScriptOptions {
  readonly settings: SlurmSettings
  /** All jobs of one run have this name. */
  readonly name: string
  /** Where the workers run: the project. */
  readonly folder: string
  /** A folder that the nodes see too. */
  readonly logs: string
  /** What starts `ablate` where the settings do not say, each word. */
  readonly command: ReadonlyArray<string>
  /** What of the environment they get, as `sbatch` takes it. */
  readonly export: string
}

/** A word of the shell that means itself. */
export const quoted = (word: string): string =>
  /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`

/** The file that the worker of an array's job writes to. */
export const logOf = (logs: string, job: string): string => `${logs}/${job}.log`

/** As arguments, which may have spaces in them; in the script a line would end there. `%` begins a pattern in a file's name only. */
export const argumentsOf = ({
  folder,
  logs,
  name
}: Pick<ScriptOptions, "folder" | "logs" | "name">): ReadonlyArray<string> => [
  `--job-name=${name}`,
  `--chdir=${folder}`,
  `--output=${logOf(logs.replaceAll("%", "%%"), "%A_%a")}`
]

/** The store is not in it, since its address may hold a password: it goes by the environment. */
export const script = ({
  command,
  export: passed,
  settings
}: Omit<ScriptOptions, "folder" | "logs" | "name">): string => {
  const {
    cpus = 1,
    gpus = 0,
    idleExit = "60s",
    memory,
    options = [],
    partition,
    setUp = [],
    tags = [],
    time
  } = settings
  const directives = [
    "--ntasks=1",
    // One that is preempted would wait for minutes in the place of another that can be asked for at once.
    "--no-requeue",
    `--cpus-per-task=${cpus}`,
    ...(partition === undefined ? [] : [`--partition=${partition}`]),
    ...(time === undefined ? [] : [`--time=${time}`]),
    ...(memory === undefined ? [] : [`--mem=${memory}`]),
    ...(gpus === 0 ? [] : [`--gres=gpu:${gpus}`]),
    ...options,
    passed
  ]
  const worker = [
    settings.command ?? command.map(quoted).join(" "),
    "worker --quiet",
    `--jobs ${cpus}`,
    ...(gpus === 0 ? [] : [`--gpus ${gpus}`]),
    ...(memoryOf(settings) === undefined ? [] : [`--memory ${memoryOf(settings)}`]),
    ...(tags.length === 0 ? [] : [`--tags ${quoted(tags.join(","))}`]),
    `--idle-exit ${quoted(idleExit)}`,
    `--name "slurm-\${SLURM_ARRAY_JOB_ID}_\${SLURM_ARRAY_TASK_ID}"`
  ]
  const lines = ["#!/bin/bash", ...directives.map((each) => `#SBATCH ${each}`), ...setUp, `exec ${worker.join(" ")}`]
  return `${lines.join("\n")}\n`
}
