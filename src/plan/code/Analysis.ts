/** Opens a program's modules for the code hash. This module loads the parser and the resolver: import it only where a hash is not known. */
import { join } from "node:path"
import * as FileStamp from "../FileStamp.ts"
import { Observed } from "../modules/Observed.ts"
import * as PackageReach from "../modules/PackageReach.ts"
import * as Policy from "../modules/Policy.ts"
import * as Resolver from "../modules/Resolver.ts"
import { type Layers, layersOf as layersIn } from "./Layers.ts"
import { load, type ModuleGraph } from "./ModuleGraph.ts"
import { Reach } from "./Reach.ts"
import { type Context, type Framework, type StageCode, stageCode } from "./StageCode.ts"

/** The modules that `entries` (absolute paths) import. `now`: milliseconds since 1970. Throws as {@link load} does. */
export const graphOf = (projectRoot: string, entries: ReadonlyArray<string>, now: number): ModuleGraph => {
  const observed = new Observed(now)
  const policy = Policy.make(projectRoot, Resolver.make(projectRoot, observed), observed)
  return load(entries, observed, policy)
}

export const open = (options: {
  readonly projectRoot: string
  readonly entries: ReadonlyArray<string>
  readonly now: number
  readonly framework: Framework
  readonly graph: ModuleGraph | undefined
}): Context => {
  const graph = options.graph ?? graphOf(options.projectRoot, options.entries, options.now)
  const { observed, policy } = graph
  return {
    projectRoot: options.projectRoot,
    graph,
    reach: new Reach(graph),
    packages: PackageReach.make(observed, policy),
    framework: options.framework
  }
}

/** The layers that the experiment in `entry` gives its stages. */
export const layersOf = (context: Context, entry: string | undefined, hasLayer: boolean): Layers | undefined => {
  const module = entry === undefined ? undefined : context.graph.moduleAt.get(entry)
  return module === undefined ? undefined : layersIn(context.reach, module, hasLayer)
}

/** The code of an export; undefined where the module exports no such name. */
export const codeOf = (
  context: Context,
  path: string,
  name: string,
  layers: Layers | undefined
): StageCode | undefined => {
  const module = context.graph.moduleAt.get(join(context.projectRoot, path))
  if (module === undefined || context.graph.exported(module, name) === undefined) return undefined
  return stageCode(context, { module, name }, layers)
}

/** For everything that a module exports, a hash of the code behind it, without that of installed packages. */
export const exportHashes = (projectRoot: string, entry: string, now: number): Readonly<Record<string, string>> => {
  const graph = graphOf(projectRoot, [entry], now)
  const reach = new Reach(graph)
  const module = graph.moduleAt.get(entry)
  if (module === undefined) return {}
  return Object.fromEntries(
    graph
      .exportedNames(module)
      .map((name) => [name, FileStamp.sha256(reach.closure({ module, name }).text).slice(0, 32)] as const)
  )
}
