/** The packages of a project as a whole: what an import leads to, what is reached of them, and what is the project's own. */
import type { Observed } from "./Observed.ts"
import * as PackageReach from "./PackageReach.ts"
import * as Policy from "./Policy.ts"
import * as Resolver from "./Resolver.ts"

export interface Packages extends PackageReach.PackageReach {
  readonly policy: Policy.Policy
  readonly observed: Observed
  isInstalled(path: string): boolean
  isScript(path: string): boolean
}

/** Those that a file in `root` finds. */
export const open = (root: string, observed: Observed): Packages => {
  const policy = Policy.make(root, Resolver.make(root, observed), observed)
  return {
    ...PackageReach.make(observed, policy),
    policy,
    observed,
    isInstalled: (path) => Policy.isInstalled(root, path),
    isScript: Policy.isScript
  }
}
