/** Workers by SLURM, with commands in its place that keep their jobs in a file; and with SLURM itself where it is there. */
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { TestClock } from "effect/testing"
import { Notices } from "../../../src/execute/Notices.ts"
import * as Hire from "../../../src/execute/slurm/Hire.ts"
import type { Task } from "../../../src/execute/Task.ts"
import { temporary } from "../../store/rig.ts"
import { aTask as task } from "../aTask.ts"

/** `sbatch` refuses what has `--bad`; its jobs run at once and stay until `over` names them, and `ended` how it was. */
const commands: { readonly [name: string]: string } = {
  sbatch: `script=$(cat)
if [ "$1" = --test-only ]; then
  case "$script" in *--bad*) echo "sbatch: error: invalid option --bad" >&2; exit 1;; esac
  exit 0
fi
printf '%s' "$ABLATE_STORE" > store; printf '%s' "\${SBATCH_EXPORT-none}" > exported; printf '%s\n' "$@" > arguments
printf '%s\n' "$script" > script
n=\${2#--array=1-}
a=$(($(cat arrays 2>/dev/null || echo 0) + 1)); echo $a > arrays
for i in $(seq $n); do echo "\${a}_$i" >> jobs; done
echo $a`,
  squeue: `touch jobs over ended; cat ended; grep -vxFf over jobs | while read id; do echo "$id|RUNNING|None"; done; exit 0`,
  scancel: `echo "$@" > cancelled`
}

/** What is found as a command, until the test ends. */
const inPath = (path: string) =>
  Effect.acquireRelease(
    Effect.sync(() => {
      const before = process.env.PATH
      process.env.PATH = path
      return before
    }),
    (before) =>
      Effect.sync(() => {
        process.env.PATH = before
      })
  )

const usual = { command: ["ablate"], store: "postgres://db/lab", environment: process.env }

const withSlurm = <A, E>(
  settings: Hire.HireOptions["settings"],
  use: (
    hire: (tasks: ReadonlyArray<Task>) => Effect.Effect<string>,
    path: (name: string) => string,
    told: ReadonlyArray<string>
  ) => Effect.Effect<A, E>,
  given: Partial<Hire.HireOptions> = {}
) =>
  Effect.gen(function* () {
    const dir = yield* temporary
    const bin = join(dir, "bin")
    mkdirSync(bin)
    for (const [name, body] of Object.entries(commands)) {
      writeFileSync(join(bin, name), `#!/bin/bash\ncd '${dir}'\n${body}\n`)
      chmodSync(join(bin, name), 0o755)
    }
    yield* inPath(`${bin}:${process.env.PATH}`)
    const told: Array<string> = []
    const used = yield* Effect.scoped(
      Effect.flatMap(
        Hire.make({
          ...usual,
          settings,
          folder: dir,
          logs: join(dir, "logs"),
          ...given,
          environment: { ...process.env, ...given.environment }
        }),
        (hire) => use(hire, (name) => join(dir, name), told)
      )
    ).pipe(Effect.provide(Notices.layer((lines) => void told.push(lines))))
    return { used, path: (name: string) => join(dir, name) }
  })

const lines = (path: string) => (existsSync(path) ? readFileSync(path, "utf8").trim().split("\n") : [])

describe("hiring by SLURM", () => {
  it.effect("asks for what is lacking, replaces what is over, and cancels all at the end", () =>
    Effect.gen(function* () {
      const { path } = yield* withSlurm({ cpus: 2, workers: 3 }, (hire, path) =>
        Effect.gen(function* () {
          assert.strictEqual(yield* hire([task, task, task]), "slurm: 2 running")
          assert.deepStrictEqual(lines(path("jobs")), ["1_1", "1_2"])
          assert.strictEqual(lines(path("store"))[0], "postgres://db/lab")
          // SLURM is not asked each time.
          writeFileSync(path("over"), "1_1\n")
          mkdirSync(path("logs"), { recursive: true })
          writeFileSync(path("logs/1_1.log"), "ablate worker slurm-1_1 is ready\n")
          assert.strictEqual(yield* hire([task, task, task]), "slurm: 2 running")
          yield* TestClock.adjust("3 seconds")
          assert.strictEqual(yield* hire([task, task, task]), "slurm: 2 running")
          assert.deepStrictEqual(lines(path("jobs")), ["1_1", "1_2", "2_1"])
          yield* TestClock.adjust("3 seconds")
          yield* hire(Array.from({ length: 100 }, () => task))
          assert.strictEqual(lines(path("jobs")).length, 4)
        })
      )
      assert.match(readFileSync(path("cancelled"), "utf8"), /--name=ablate-/)
    })
  )

  it.effect("stops asking where jobs end before they take a task, and says how they ended and what they printed", () =>
    Effect.gen(function* () {
      yield* withSlurm({ workers: 4 }, (hire, path, told) =>
        Effect.gen(function* () {
          yield* hire([task, task, task, task])
          mkdirSync(path("logs"), { recursive: true })
          const stack = Array.from({ length: 20 }, (_, at) => `    at f${at} (here:1:1)`)
          const log = [
            "loading modules",
            "Error: no such module",
            ...stack.slice(0, 5),
            "",
            "Node.js v24.0.0",
            ""
          ].join("\n")
          for (const id of lines(path("jobs"))) writeFileSync(path(`logs/${id}.log`), log)
          writeFileSync(path("over"), readFileSync(path("jobs")))
          writeFileSync(path("ended"), "1_1|FAILED|NonZeroExitCode\n")
          yield* TestClock.adjust("3 seconds")
          assert.match(
            yield* hire([task]),
            /^slurm: job 1_\d ended before it took a task: Error: no such module; no more are asked for$/
          )
          assert.strictEqual(lines(path("jobs")).length, 4)
          const [text = "", ...others] = told
          assert.deepStrictEqual(others, [])
          const [first, ...rest] = text.trimEnd().split("\n")
          assert.strictEqual(
            first,
            `slurm: job 1_1 ended before it took a task (FAILED, NonZeroExitCode): the last of ${path("logs/1_1.log")}`
          )
          assert.deepStrictEqual([rest[0], rest.at(-1)], ["  loading modules", "  Node.js v24.0.0"])
        })
      )
    })
  )

  it.effect("tells of a worker that SLURM ended, and gets another in its place", () =>
    Effect.gen(function* () {
      yield* withSlurm({ workers: 1 }, (hire, path, told) =>
        Effect.gen(function* () {
          yield* hire([task])
          mkdirSync(path("logs"), { recursive: true })
          writeFileSync(path("logs/1_1.log"), "ablate worker slurm-1_1 is ready\n")
          writeFileSync(path("over"), "1_1\n")
          writeFileSync(path("ended"), "1_1|TIMEOUT|TimeLimit\n")
          yield* TestClock.adjust("3 seconds")
          assert.strictEqual(yield* hire([task]), "slurm: 1 running")
          assert.deepStrictEqual(lines(path("jobs")), ["1_1", "2_1"])
          assert.match(
            told.join(),
            /^slurm: the worker of job 1_1 was ended \(TIMEOUT, TimeLimit\): others get its tasks/
          )
        })
      )
    })
  )

  it.effect("gives the workers the way to the store, whatever else SLURM is to pass on", () =>
    Effect.gen(function* () {
      const environment = { PGPASSWORD: "s3cret", SBATCH_EXPORT: "NONE", ABLATE_SHARE_LIMIT: undefined }
      const { path } = yield* withSlurm({}, (hire) => hire([task]), { environment, folder: "/a b/100%", logs: "/tmp" })
      const passed = lines(path("script")).find((line) => line.includes("--export"))
      assert.match(passed ?? "", /^#SBATCH --export=ABLATE_STORE,.*\bPGPASSWORD\b/)
      assert.strictEqual(readFileSync(path("exported"), "utf8"), "none")
      assert.include(lines(path("arguments")), "--chdir=/a b/100%")
      for (const name of ["script", "arguments"]) assert.notMatch(readFileSync(path(name), "utf8"), /s3cret|postgres:/)
      assert.strictEqual(readFileSync(path("store"), "utf8"), "postgres://db/lab")
    })
  )

  it.effect("counts jobs that begin and end between two looks", () =>
    Effect.gen(function* () {
      yield* withSlurm({ workers: 2 }, (hire, path) =>
        Effect.gen(function* () {
          // None of them is ever seen in the queue.
          writeFileSync(path("over"), ["1_1", "1_2", "2_1", "2_2", "3_1", "3_2"].join("\n"))
          for (let look = 0; look < 6; look++) {
            yield* hire([task, task, task, task])
            yield* TestClock.adjust("3 seconds")
          }
          assert.match(
            yield* hire([task]),
            /ended before it took a task: it has printed nothing; no more are asked for$/
          )
          assert.strictEqual(lines(path("jobs")).length, 4)
        })
      )
    })
  )

  it.effect("is refused in SLURM's own words, or where there is none", () =>
    Effect.gen(function* () {
      const refused = yield* Effect.flip(withSlurm({ options: ["--bad"] }, (hire) => hire([])))
      assert.include(refused.message, "sbatch: invalid option --bad")
      yield* inPath("")
      const missing = yield* Effect.flip(
        Effect.scoped(Hire.make({ ...usual, settings: {}, folder: "/", logs: yield* temporary })).pipe(
          Effect.provide(Notices.layer(() => {}))
        )
      )
      assert.include(missing.message, "sbatch is not found")
    })
  )
})
