/** What is run before every file of tests. */
import { afterAll } from "vitest"
import { removeTemporary } from "./temporary.ts"

afterAll(removeTemporary)
