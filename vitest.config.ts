import { defineConfig } from "vitest/config"
import { BaseSequencer, type TestSpecification } from "vitest/node"

const conditions = ["ablate:src", "node"]

/** Files that look at the process they run in, or start the command: each is alone in a process of its own. */
const alone = [
  "test/*.test.ts",
  ...["cli", "execute", "session", "ui"].map((room) => `test/${room}/**/*.test.{ts,tsx}`)
]

/** The files that take longest, longest first: begun last, one of them would hold up the end alone. */
const slowest = [
  "freshness-fuzz",
  "store/harm",
  "isolation",
  "package",
  "page/Page",
  "numerics/tfjs/Tfjs",
  "commands"
].map((name) => new RegExp(`/test/${name}\\.test\\.ts$`))

class SlowestFirst extends BaseSequencer {
  override async sort(files: Array<TestSpecification>): Promise<Array<TestSpecification>> {
    const sorted = await super.sort(files)
    const first = slowest.flatMap((name) => sorted.filter(({ moduleId }) => name.test(moduleId)))
    return [...first, ...sorted.filter((file) => !first.includes(file))]
  }
}

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions, externalConditions: ["ablate:src"] } },
  test: {
    setupFiles: ["test/setup.ts"],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // The default leaves one core idle, which of two is half of the machine.
    maxWorkers: "100%",
    sequence: { sequencer: SlowestFirst },
    projects: [
      { extends: true, test: { name: "alone", include: alone } },
      // To load Effect anew takes longer than most files of tests do: the others share what is loaded.
      { extends: true, test: { name: "shared", include: ["test/**/*.test.{ts,tsx}"], exclude: alone, isolate: false } }
    ]
  }
})
