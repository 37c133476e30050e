/** The present in SQL's clock, in milliseconds since the Unix epoch: gc, which may run in another process, compares with the same one. */
export const nowSql = "CAST(unixepoch('subsec') * 1000 AS INTEGER)"
