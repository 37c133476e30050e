/** The present in the server's clock, in milliseconds since the Unix epoch: the only clock that all of its users share. */
export const nowSql = "(extract(epoch FROM clock_timestamp()) * 1000)::bigint"
