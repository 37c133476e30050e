/** `table --format json`: the table as it is, in a fixed key order. */
import { Schema } from "effect"
import { ReportTable } from "../ReportTable.ts"

const encode = Schema.encodeSync(Schema.toCodecJson(ReportTable))

/** The table as a plain JSON value, checked against its schema. */
export const toJsonValue = (table: ReportTable): unknown => encode(table)

/** The table as indented JSON with a final newline. */
export const toJson = (table: ReportTable): string => `${JSON.stringify(toJsonValue(table), null, 2)}\n`
