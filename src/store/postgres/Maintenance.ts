/** Looking after a store that many share: counts, what nobody mentions, whether every row and every byte is what it should be. */
import { Effect } from "effect"
import type { ArtifactHash } from "../../domain/Hash.ts"
import { inlineDefect } from "../Defect.ts"
import type { DamagedArtifact, Maintenance, Usage } from "../Maintenance.ts"
import type { StoreError } from "../StoreError.ts"
import type { Artifacts } from "./Artifacts.ts"
import type { Connection } from "./Connection.ts"
import { inspectRows } from "./Rows.ts"
import { sweep } from "./Sweep.ts"

interface Row {
  readonly hash: ArtifactHash
  readonly kind: string
  readonly size: number
  readonly inline: Uint8Array | null
}

/** Rows that are read and checked at a time. */
const page = 100

export const make = (connection: Connection, artifacts: Artifacts): Maintenance["Service"] => {
  const { blobs, query, queryLatest, write } = connection

  const usage = Effect.map(
    queryLatest<Usage>(
      `SELECT (SELECT count(*) FROM traces) AS traces, (SELECT count(*) FROM runs) AS runs, count(*) AS artifacts,
         coalesce(sum(size) FILTER (WHERE inline IS NOT NULL), 0)::bigint AS "inlineBytes",
         count(*) FILTER (WHERE inline IS NULL) AS blobs,
         coalesce(sum(size) FILTER (WHERE inline IS NULL), 0)::bigint AS "blobBytes",
         (SELECT coalesce(sum(pg_total_relation_size(oid)), 0)::bigint FROM pg_class
          WHERE relnamespace = current_schema()::regnamespace AND relkind = 'r') AS "databaseBytes"
       FROM artifacts`
    ),
    ([row]): Usage =>
      row ?? { traces: 0, runs: 0, artifacts: 0, inlineBytes: 0, blobs: 0, blobBytes: 0, databaseBytes: 0 }
  )

  const inspect = ({ hash, inline, size }: Row): Effect.Effect<string | undefined, StoreError> =>
    inline === null
      ? blobs.check(hash, size).pipe(
          Effect.as(undefined),
          Effect.catchTags({
            ArtifactMissing: ({ found }) => Effect.succeed(found),
            ArtifactDamaged: ({ found }) => Effect.succeed(found)
          })
        )
      : Effect.sync(() => inlineDefect(hash, inline)?.found)

  const check = Effect.fnUntraced(function* ({ repair }: { readonly repair: boolean }) {
    const rows = yield* repair
      ? write((statements) => inspectRows(statements, true))
      : inspectRows({ query: queryLatest, execute: () => Effect.succeed(0) }, false)
    const damaged: Array<DamagedArtifact> = []
    let [checked, bytes, after] = [0, 0, ""]
    for (;;) {
      const some = yield* query<Row>(
        `SELECT hash, kind, size, inline FROM artifacts WHERE hash > $1 ORDER BY hash LIMIT ${page}`,
        [after]
      )
      for (const row of some) {
        const found = yield* inspect(row)
        checked++
        bytes += row.size
        after = row.hash
        if (found === undefined) continue
        const [traces] = yield* query<{ n: number }>("SELECT count(*) AS n FROM traces WHERE artifact = $1", [row.hash])
        damaged.push({ hash: row.hash, kind: row.kind, traces: traces?.n ?? 0, found })
        if (repair) yield* write((statements) => artifacts.forgetIfDefective(statements, row.hash))
      }
      if (some.length < page) break
    }
    return { checked, bytes, damaged, rows, repaired: repair }
  })

  return { usage, gc: (options) => sweep(connection, options), check }
}
