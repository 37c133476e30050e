import { assert } from "vitest"
import { DeclarationError } from "../../src/declare/DeclarationError.ts"

/** The error with which a declaration is refused; fails the test where it is accepted, or breaks in another way. */
export const refusal = (declare: () => unknown): DeclarationError => {
  let thrown: unknown
  try {
    declare()
  } catch (error) {
    thrown = error
  }
  assert.instanceOf(thrown, DeclarationError)
  return thrown
}
