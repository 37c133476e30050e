/**
 * Effect's `Config` inside a stage or a layer: a variable whose name stands in the code is declared by that; any other would
 * be in no key and is refused.
 */
import { ConfigProvider, type Context, Effect, Schema } from "effect"

/** A variable that is read although no key holds it. A defect, so that no default hides it. */
export class UndeclaredVariable extends Schema.TaggedError<UndeclaredVariable>()("UndeclaredVariable", {
  variable: Schema.String
}) {
  override get message() {
    return `Config reads the environment variable "${this.variable}", but its name does not stand in the code, so no key can hold it: write Config.String("${this.variable}") or the like, or wire External.env("${this.variable}") to the stage`
  }
}

let environment: ConfigProvider.ConfigProvider | undefined

/** Made at its first use, which most stages never come to: it takes all variables apart. */
const read = (path: ConfigProvider.Path) => {
  environment ??= ConfigProvider.fromEnv()
  return environment.load(path)
}

/** Values of variables by name; null for one that is not set. */
export type Values = ReadonlyMap<string, string | null>

const nodeOf = (value: string | null) => (value === null ? undefined : ConfigProvider.makeValue(value))

/** The environment, of which only these variables may be read, some with values that they had elsewhere. */
const guarded = (declared: ReadonlySet<string>, values: Values): ConfigProvider.ConfigProvider =>
  ConfigProvider.make((path) =>
    Effect.flatMap(read(path), (node) => {
      const name = path.join("_")
      const given = values.get(name)
      if (given !== undefined) return Effect.succeed(nodeOf(given))
      // What only leads to other variables has no value of its own.
      const isLeaf = node === undefined || node._tag === "Value" || node.value !== undefined
      return path.length > 0 && isLeaf && !declared.has(name)
        ? Effect.die(new UndeclaredVariable({ variable: name }))
        : Effect.succeed(node)
    })
  )

const known = new Map<string, ConfigProvider.ConfigProvider>()

const providerOf = (variables: ReadonlyArray<string>, values: Values): ConfigProvider.ConfigProvider => {
  const id = JSON.stringify([variables, [...values]])
  const provider = known.get(id) ?? guarded(new Set(variables), values)
  known.set(id, provider)
  return provider
}

const none: Values = new Map()

/** Runs an effect that may read only these variables and values, unless it was given a provider of its own. */
export const withDeclared = <A, E, R>(
  effect: Effect.Effect<A, E, R>,
  variables: ReadonlyArray<string>,
  values = none
): Effect.Effect<A, E, R> =>
  Effect.contextWith((context: Context.Context<R>) =>
    context.mapUnsafe.has(ConfigProvider.ConfigProvider.key)
      ? effect
      : Effect.provideService(effect, ConfigProvider.ConfigProvider, providerOf(variables, values))
  )
