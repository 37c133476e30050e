import { defineConfig } from "vitest/config"

const conditions = ["ablate:src", "module", "node"]

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions, externalConditions: ["ablate:src"] } },
  test: {
    include: ["test/**/*.test.ts", "test/**/*.test.tsx"],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // The default leaves one core idle, which of two is half of the machine.
    maxWorkers: "100%"
  }
})
