import { defineConfig } from "vitest/config"

const conditions = ["ablate:src", "module", "node"]

/** Files that look at the process they run in, or start the command: each is alone in a process of its own. */
const alone = [
  "test/*.test.ts",
  ...["cli", "execute", "session", "ui"].map((room) => `test/${room}/**/*.test.{ts,tsx}`)
]

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions, externalConditions: ["ablate:src"] } },
  test: {
    setupFiles: ["test/setup.ts"],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // The default leaves one core idle, which of two is half of the machine.
    maxWorkers: "100%",
    projects: [
      { extends: true, test: { name: "alone", include: alone } },
      // To load Effect anew takes longer than most files of tests do: the others share what is loaded.
      { extends: true, test: { name: "shared", include: ["test/**/*.test.{ts,tsx}"], exclude: alone, isolate: false } }
    ]
  }
})
