/** Whether an address of a store means another place on every machine. */
import { Option } from "effect"

const url = Option.liftThrowable((text: string) => new URL(text))

const isLocal = (host: string): boolean => /^(localhost|127(\.\d+){3}|\[?::1\]?|0\.0\.0\.0|\/.*)$/i.test(host)

/** The hosts that are reached by the address; what it leaves open, the client takes from `PGHOST`, or this machine. */
const hostsOf = ({ hostname, searchParams }: URL, pgHost: string | undefined): ReadonlyArray<string> => {
  const server = searchParams.get("host") ?? (hostname === "" ? (pgHost ?? "localhost") : decodeURIComponent(hostname))
  const bucket = Option.fromNullishOr(searchParams.get("endpoint")).pipe(Option.flatMap(url))
  return Option.isSome(bucket) ? [server, bucket.value.hostname] : [server]
}

/** A sentence where workers on other machines would look for the store on their own. */
export const remark = (store: string, pgHost: string | undefined): string | undefined => {
  const address = url(store)
  const host = Option.isNone(address) ? undefined : hostsOf(address.value, pgHost).find(isLocal)
  return host === undefined
    ? undefined
    : `the store's address leads to ${host}, which is another machine on every node: workers elsewhere find no store there, so name the host as they reach it`
}
