/** What of this process's environment the workers must have to reach the store, whatever else a person has SLURM pass on. */

type Environment = { readonly [name: string]: string | undefined }

/** The store's address, and what its clients read. */
const ofStore = /^(ABLATE_|PG|AWS_)[A-Z0-9_]+$/
const exported = /(?:^|\s)--export(?:=|\s+)((?:"[^"]*"|'[^']*'|[^\s"'])*)/g

/** What a person says of `--export`: a variable of `sbatch` counts more than a line of the script. */
const asked = (options: ReadonlyArray<string>, { SBATCH_EXPORT }: Environment): string =>
  SBATCH_EXPORT ?? [...options.join("\n").matchAll(exported)].at(-1)?.[1] ?? "ALL"

/** The last word on `--export` of a script with these options. It has names alone: values go by the environment. */
export const exportOf = (options: ReadonlyArray<string>, environment: Environment): string => {
  const said = asked(options, environment)
  if (/^["']?ALL\b/i.test(said)) return `--export=${said}`
  const names = Object.keys(environment).filter((name) => ofStore.test(name) && environment[name] !== undefined)
  const others = /^["']?(NONE|NIL)["']?$/i.test(said) ? [] : [said]
  return `--export=${[...others, ...new Set(["ABLATE_STORE", ...names.sort()])].join(",")}`
}

/** For `sbatch`: what `exportOf` has said already, it is not told again. */
export const environmentOf = (environment: Environment, store: string): Environment => ({
  ...environment,
  SBATCH_EXPORT: undefined,
  ABLATE_STORE: store
})
