/** The project's store as commands use it that need results: with the remote one behind it, where there is one. */
import { Effect, Layer, Option, Schema } from "effect"
import type { Key } from "../domain/Hash.ts"
import { KeyRecord } from "../domain/KeyRecord.ts"
import { keyOfRecord } from "../plan/Keys.ts"
import { openBehind, openStore, type StoreError } from "../store/index.ts"
import type { OpenOptions } from "../store/OpenStore.ts"
import type { Ports } from "../store/sqlite/Sqlite.ts"
import type { Project } from "./Project.ts"

const decode = Schema.decodeUnknownOption(Schema.fromJsonString(KeyRecord))

/** The record whose hash the key is; undefined where it is not: then it was made for something else. */
export const recordOf = (key: Key, text: string): KeyRecord | undefined =>
  Option.getOrUndefined(Option.filter(decode(text), (record) => keyOfRecord(record) === key))

/** Opens the project's store; the remote one is opened when something is first asked of it. */
export const open = (project: Project, options: OpenOptions): Layer.Layer<Ports, StoreError> => {
  const near = openStore(project, options)
  const { remote } = project
  if (remote === undefined) return near
  return Layer.unwrap(
    Effect.map(
      Effect.promise(() => import("../store/remote/Remote.ts")),
      ({ layer }) =>
        layer(near, {
          place: remote.shown,
          open: openBehind(remote.place),
          mode: options.mode === "read-write" ? remote.mode : "read",
          recordOf,
          mayWrite: options.mode === "read-write"
        })
    )
  )
}
