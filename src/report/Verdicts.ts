/** What can be said of a claim, in the order in which it is told. A file of its own: pages in browsers load no schemas. */
export const VERDICTS = ["supported", "contradicted", "not shown", "cannot be said"] as const
