/** How workers are started by SLURM: `slurm` in `ablate.json`. */
import { Schema } from "effect"
import { bytesOf, type Resources } from "../../domain/Resources.ts"

const line = Schema.String.check(Schema.isPattern(/^[^\n]*$/, { expected: "one line" }))
/** What a run tells `sbatch` itself: with others it would not find its jobs again, or what they print. */
const own = [
  "--job-name",
  "-J",
  "--chdir",
  "-D",
  "--output",
  "-o",
  "--error",
  "-e",
  "--array",
  "-a",
  "--wrap",
  "--wait",
  "-W"
]
const isOwn = (option: string): boolean =>
  option.split(/\s+/).some((word) => own.some((each) => word === each || word.startsWith(`${each}=`)))
const option = line.check(
  Schema.makeFilter((text) => (isOwn(text) ? `${own.join(", ")} are set by the run itself: leave them out` : undefined))
)
const count = Schema.Int.check(Schema.isGreaterThanOrEqualTo(1))

export const SlurmSettings = Schema.Struct({
  /** `sbatch --partition`. Default: the cluster's. */
  partition: Schema.optionalKey(line),
  /** The time limit of a worker, as `sbatch --time` takes it: `4:00:00`. Default: the partition's. */
  time: Schema.optionalKey(line),
  /** Of a worker, as `sbatch --mem` takes it: `8G`. Default: the partition's. */
  memory: Schema.optionalKey(line),
  /** Cores of a worker, which computes as many tasks at a time. Default 1. */
  cpus: Schema.optionalKey(count),
  /** Graphics processors of a worker (`sbatch --gres=gpu:N`). Default 0. */
  gpus: Schema.optionalKey(Schema.Int.check(Schema.isGreaterThanOrEqualTo(0))),
  /** What the workers are told to be able to (`ablate worker --tags`). Default: nothing. */
  tags: Schema.optionalKey(Schema.Array(line)),
  /** How many workers there are at the most. Default 16. */
  workers: Schema.optionalKey(count),
  /** After so long without a task a worker ends: `60s`. Default 60 s. */
  idleExit: Schema.optionalKey(line),
  /** Further options of `sbatch`: `--account=lab`. */
  options: Schema.optionalKey(Schema.Array(option)),
  /** Lines of shell before the worker starts: `module load nodejs`. */
  setUp: Schema.optionalKey(Schema.Array(line)),
  /** What starts `ablate` on a node. Default: the program that runs here, by its path. */
  command: Schema.optionalKey(line)
})
/** How workers are started by SLURM; every field as in `slurm` of `ablate.json`. */
export type SlurmSettings = typeof SlurmSettings.Type

/** What `sbatch --mem` gives: megabytes where there is no unit. Undefined where it is not said, or all of the node's. */
export const memoryOf = ({ memory }: SlurmSettings): number | undefined => {
  const bytes = memory === undefined ? undefined : bytesOf(/^\d+$/.test(memory) ? `${memory}M` : memory)
  return bytes === 0 ? undefined : bytes
}

/** What one of the workers has. */
export const hasOf = (settings: SlurmSettings): Resources => {
  const { cpus = 1, gpus = 0, tags = [] } = settings
  return { cpus, gpus, tags, memory: memoryOf(settings) ?? Number.MAX_SAFE_INTEGER }
}
