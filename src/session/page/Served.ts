/** A page that is served: where, and the run that it shows first. */
export interface Served {
  readonly url: string
  readonly runId: string
}
