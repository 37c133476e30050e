/** Assets and JSON files of modules. */
import type { Chance } from "../../rig/Chance.ts"
import { changeModule, type Edit, type Editor, namesOf } from "../Edit.ts"
import { assetOf } from "../Generate.ts"
import type { Asset, Module, Project } from "../Model.ts"

const withAsset = (chance: Chance, project: Project, kinds: ReadonlyArray<Asset["kind"]>): Module | undefined =>
  chance.of(project.modules.filter(({ assets }) => assets.some(({ kind }) => kinds.includes(kind))))

const changed = (module: Module, kinds: ReadonlyArray<Asset["kind"]>, change: (asset: Asset) => Asset): Module => ({
  ...module,
  assets: module.assets.map((each) => (kinds.includes(each.kind) ? change(each) : each))
})

const nameOf = (module: Module): string => module.assets[0]?.name ?? ""

const about = (
  project: Project,
  module: Module,
  kind: string,
  what: string,
  change: (module: Module) => Module | undefined
): Edit => ({
  kind: module.home === null ? kind : `${kind} of a package`,
  what: `${what} of ${module.id}`,
  apply: (given) => changeModule(given, module.id, change),
  reach: { modules: [module.id] },
  names: [nameOf(module), ...namesOf(project, module)]
})

export const assetByte: Editor = (chance, project) => {
  const module = withAsset(chance, project, ["file"])
  const turn = chance.between(1, 255)
  return (
    module &&
    about(project, module, "asset", "one byte of the asset", (each) =>
      changed(each, ["file"], (asset) => ({
        ...asset,
        bytes: asset.bytes.map((byte, at) => (at === 0 ? (byte + turn) % 256 : byte))
      }))
    )
  )
}

/** A file more, one less, or another byte. */
export const assetFolder: Editor = (chance, project) => {
  const module = withAsset(chance, project, ["folder"])
  const how = chance.one(["more", "less", "other"] as const)
  return (
    module &&
    about(project, module, "asset folder", `${how} in the folder`, (each) =>
      changed(each, ["folder"], (asset) => {
        if (how === "more") return { ...asset, bytes: [...asset.bytes, 5] }
        if (how === "less" && asset.bytes.length > 1) return { ...asset, bytes: asset.bytes.slice(0, -1) }
        return { ...asset, bytes: asset.bytes.map((byte) => (byte + 1) % 256) }
      })
    )
  )
}

export const assetAdded: Editor = (chance, project, features) => {
  const module = features.has("assets") ? chance.of(project.modules) : undefined
  if (module === undefined || module.assets.length > 0) return undefined
  const asset = assetOf(chance, features)
  return {
    ...about(project, module, "asset added", `asset ${asset.name}`, (each) => ({ ...each, assets: [asset] })),
    names: [asset.name, ...namesOf(project, module)]
  }
}

export const assetRemoved: Editor = (chance, project) => {
  const module = withAsset(chance, project, ["file", "folder"])
  return module && about(project, module, "asset removed", "the asset", (each) => ({ ...each, assets: [] }))
}

/** Only a comment names it. */
export const assetInComment: Editor = (chance, project) => {
  const module = withAsset(chance, project, ["comment"])
  return (
    module && {
      ...about(project, module, "file named in a comment", "the file", (each) =>
        changed(each, ["comment"], (asset) => ({ ...asset, bytes: [...asset.bytes, 1] }))
      ),
      reach: "none" as const
    }
  )
}

export const jsonField: Editor = (chance, project) => {
  const module = chance.of(project.modules.filter(({ json }) => json !== null))
  const a = chance.between(10, 99)
  const edit =
    module &&
    about(project, module, "JSON field", "field a of the JSON file", (each) =>
      each.json === null ? undefined : { ...each, json: { ...each.json, a: each.json.a === a ? a - 1 : a } }
    )
  return edit && { ...edit, names: [module.json?.name ?? "", ...edit.names] }
}

/** A field that is not read. */
export const jsonUnread: Editor = (chance, project) => {
  const module = chance.of(project.modules.filter(({ json }) => json !== null))
  const b = chance.between(10, 99)
  const edit =
    module &&
    about(project, module, "JSON field that is not read", "field b of the JSON file", (each) =>
      each.json === null ? undefined : { ...each, json: { ...each.json, b } }
    )
  return edit && { ...edit, reach: "none" as const, names: [module.json?.name ?? "", ...edit.names] }
}
