/** `table --format json`: the table as it is, in a fixed key order. */
import { Schema } from "effect"
import { ReportTable } from "../ReportTable.ts"

const encode = Schema.encodeSync(Schema.toCodecJson(ReportTable))

/** The table as indented JSON with a final newline, checked against its schema. */
export const toJson = (table: ReportTable): string => `${JSON.stringify(encode(table), null, 2)}\n`
