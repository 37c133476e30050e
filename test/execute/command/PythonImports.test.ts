import { mkdirSync, writeFileSync } from "node:fs"
import { dirname, join } from "node:path"
import { assert, describe, it } from "vitest"
import { importsIn, undeclaredImport } from "../../../src/execute/command/PythonImports.ts"
import { temporary } from "../../rig.ts"

describe("the imports of a Python file", () => {
  it("are found wherever they stand, with their lines, and not in texts or comments", () => {
    const source = `"""
import no
"""
import os, a.b as c  # import no
from .x import (one,
  two as three)
if True: import late
def f():
    from .. import up; import again
    return "import no", 'from no import x'
text = '''
from no import y
'''
`
    assert.deepStrictEqual(
      importsIn(source).map(({ level, line, module, names }) => [line, level, module, ...names]),
      [
        [4, 0, "os"],
        [4, 0, "a.b"],
        [5, 1, "x", "one", "two"],
        [7, 0, "late"],
        [9, 2, "", "up"],
        [9, 0, "again"]
      ]
    )
  })

  const among = (files: { readonly [path: string]: string }, declared: ReadonlyArray<string>, root = "") => {
    const project = temporary()
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(join(project, dirname(path)), { recursive: true })
      writeFileSync(join(project, path), text)
    }
    return undeclaredImport({ project, files: declared, root, isDeclared: (path) => declared.includes(path) })?.found
  }

  it("lead to modules, packages and their parts, where Python would look for them", () => {
    assert.strictEqual(among({ "t.py": "import os, numpy" }, ["t.py"]), undefined)
    assert.strictEqual(among({ "t.py": "import h", "h.py": "" }, ["t.py"]), "h.py")
    assert.strictEqual(among({ "t.py": "import h", "h.py": "" }, ["t.py", "h.py"]), undefined)
    const part = { "t.py": "import p.q", "p/__init__.py": "", "p/q.py": "" }
    assert.strictEqual(among(part, ["t.py", "p/__init__.py"]), "p/q.py")
    assert.strictEqual(among({ "t.py": "from p import q", "p/q.py": "" }, ["t.py"]), "p/q.py")
    assert.strictEqual(among({ "p/a.py": "from . import b", "p/b.py": "" }, ["p/a.py"]), "p/b.py")
    assert.strictEqual(among({ "s/t.py": "import h", "h.py": "" }, ["s/t.py"], "s"), undefined)
    assert.strictEqual(among({ "s/t.py": "import h", "s/h.py": "" }, ["s/t.py"], "s"), "s/h.py")
  })
})
