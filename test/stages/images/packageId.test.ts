import { readFileSync } from "node:fs"
import { assert, describe, it } from "@effect/vitest"
import { packageId } from "../../../stages/images/packageId.ts"

const root = new URL("../../../", import.meta.url)

describe("a package's name in keys", () => {
  it("has the installed version, also where the package does not export its manifest", () => {
    for (const name of ["sharp", "@vladmandic/human", "@tensorflow/tfjs-backend-wasm"]) {
      const manifest: { readonly version: string } = JSON.parse(
        readFileSync(new URL(`node_modules/${name}/package.json`, root), "utf8")
      )
      assert.strictEqual(packageId(name), `${name}@${manifest.version}`)
    }
  })

  it("says none where nothing is installed", () => {
    assert.strictEqual(packageId("not-a-package-of-this-project"), "not-a-package-of-this-project@none")
  })
})
