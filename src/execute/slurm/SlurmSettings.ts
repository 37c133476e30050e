/** How workers are started by SLURM: `slurm` in `ablate.json`, or a file of its own. */
import { Schema } from "effect"

const line = Schema.String.check(Schema.isPattern(/^[^\n]*$/, { expected: "one line" }))
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
  options: Schema.optionalKey(Schema.Array(line)),
  /** Lines of shell before the worker starts: `module load nodejs`. */
  setUp: Schema.optionalKey(Schema.Array(line)),
  /** What starts `ablate` on a node. Default: the program that runs here, by its path. */
  command: Schema.optionalKey(line)
})
export type SlurmSettings = typeof SlurmSettings.Type
