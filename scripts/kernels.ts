/** Compiles src/numerics/kernels (AssemblyScript) into src/numerics/kernels.generated.ts. Run: node scripts/kernels.ts */
import { createHash } from "node:crypto"
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { main } from "assemblyscript/asc"

const root = fileURLToPath(new URL("..", import.meta.url))
const generated = join(root, "src/numerics/kernels.generated.ts")

/**
 * Level 2: level 3 gathers the terms of a sum into one expression, whose operands V8 then cannot all keep in registers; a product takes
 * a third longer. Strict SIMD only: relaxed operations may give other bits on other machines. The same sources and the same compiler
 * give the same bytes; the file is left alone when it already holds them.
 */
export const buildKernels = async (): Promise<void> => {
  const scratch = await mkdtemp(join(tmpdir(), "ablate-kernels-"))
  try {
    const { error, stderr } = await main([
      "src/numerics/kernels/index.ts",
      ...["--baseDir", root, "--outFile", join(scratch, "kernels.wasm")],
      ...["--runtime", "stub", "--importMemory", "--noAssert", "--enable", "simd", "--disable", "mutable-globals"],
      ...["--optimizeLevel", "2", "--shrinkLevel", "0"]
    ])
    if (error) throw new Error(`The kernels do not compile:\n${stderr.toString()}`, { cause: error })
    const bytes = await readFile(join(scratch, "kernels.wasm"))
    const text = [
      "// Made by scripts/kernels.ts from src/numerics/kernels.",
      `export const sha256 = "${createHash("sha256").update(bytes).digest("hex")}"`,
      `export const wasm = "${bytes.toString("base64")}"`,
      ""
    ].join("\n")
    const before = await readFile(generated, "utf8").catch(() => "")
    if (before !== text) await writeFile(generated, text)
  } finally {
    await rm(scratch, { recursive: true, force: true })
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await buildKernels()
