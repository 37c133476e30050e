/**
 * A bucket for tests: an S3-compatible server in a process of its own, and before it a gate that holds every request to its
 * signature (the server takes any), and can fail as the way to a bucket does.
 */
import { spawn } from "node:child_process"
import { createHash, createHmac, timingSafeEqual } from "node:crypto"
import { createServer, type IncomingMessage, request, type ServerResponse } from "node:http"
import { join } from "node:path"

export const credentials = { AWS_ACCESS_KEY_ID: "lab-user", AWS_SECRET_ACCESS_KEY: "lab-secret" } as const

const hmac = (key: string | Buffer, text: string) => createHmac("sha256", key).update(text).digest()
const sha256 = (bytes: Uint8Array | string) => createHash("sha256").update(bytes).digest("hex")

/** AWS Signature Version 4, written down from its specification: why a request is refused; undefined where it is signed. */
const refusalOf = ({ headers, method = "", url = "" }: IncomingMessage, body: Buffer): string | undefined => {
  const given =
    /Credential=([^/]+)\/(\d{8})\/([^/]+)\/s3\/aws4_request, ?SignedHeaders=([^,]+), ?Signature=([0-9a-f]{64})/.exec(
      headers.authorization ?? ""
    )
  if (given === null) return "AccessDenied"
  const [, user, day = "", region = "", names = "", signature = ""] = given
  if (user !== credentials.AWS_ACCESS_KEY_ID) return "InvalidAccessKeyId"
  const content = String(headers["x-amz-content-sha256"])
  if (/^[0-9a-f]{64}$/.test(content) && content !== sha256(body)) return "XAmzContentSHA256Mismatch"
  const [path = "", query = ""] = url.split("?")
  const parameters = query
    .split("&")
    .filter((each) => each !== "")
    .map((each) => (each.includes("=") ? each : `${each}=`))
    .sort()
  const signed = names.split(";")
  const canonical = [
    method,
    path,
    parameters.join("&"),
    ...signed.map((name) => `${name}:${String(headers[name]).trim().replaceAll(/ +/g, " ")}`),
    "",
    names,
    content
  ].join("\n")
  const scope = `${day}/${region}/s3/aws4_request`
  const text = ["AWS4-HMAC-SHA256", headers["x-amz-date"], scope, sha256(canonical)].join("\n")
  const key = ["s3", "aws4_request"].reduce(hmac, hmac(hmac(`AWS4${credentials.AWS_SECRET_ACCESS_KEY}`, day), region))
  return timingSafeEqual(hmac(key, text), Buffer.from(signature, "hex")) ? undefined : "SignatureDoesNotMatch"
}

export interface BucketServer {
  readonly endpoint: string
  /** `METHOD /path` of every request that was signed. */
  readonly requests: Array<string>
  /** Takes each request before it is passed on; true where it was answered, or cut. */
  meet: ((request: IncomingMessage, response: ServerResponse) => boolean) | undefined
  /** How far its clock is behind. */
  behindMs: number
  /** Changes what comes back of objects whose path matches. */
  bend: ((path: string, bytes: Buffer) => Buffer) | undefined
  readonly stop: () => Promise<void>
}

const bodyOf = async (message: IncomingMessage) => {
  const chunks: Array<Buffer> = []
  for await (const chunk of message) chunks.push(chunk)
  return Buffer.concat(chunks)
}

const errorOf = (code: string) => `<?xml version="1.0"?><Error><Code>${code}</Code><Message>${code}</Message></Error>`

export const refuse = (response: ServerResponse, status: number, code: string): true => {
  response.writeHead(status, { "content-type": "application/xml" }).end(errorOf(code))
  return true
}

export const start = async (): Promise<BucketServer> => {
  const child = spawn(process.execPath, [join(import.meta.dirname, "bucket-child.ts")], {
    stdio: ["pipe", "pipe", "inherit"]
  })
  const port = await new Promise<number>((resolve, reject) => {
    child.stdout.once("data", (data: Buffer) => resolve(Number(data.toString())))
    child.once("exit", () => reject(new Error("the bucket's server did not start")))
  })
  const gate = createServer(async (message, response) => {
    const body = await bodyOf(message)
    const refusal = refusalOf(message, body)
    if (refusal !== undefined) return void refuse(response, 403, refusal)
    const { headers, method, url = "" } = message
    server.requests.push(`${method} ${url.split("?")[0]}`)
    if (server.meet?.(message, response) === true) return
    const onward = request({ port, host: "127.0.0.1", method, path: url, headers }, async (answer) => {
      const bytes = await bodyOf(answer)
      const date = (text: string) => new Date(Date.parse(text) - server.behindMs)
      const dated = Buffer.from(
        bytes.toString("latin1").replaceAll(/(?<=<LastModified>)[^<]+/g, (at) => date(at).toISOString()),
        "latin1"
      )
      const { "last-modified": modified } = answer.headers
      if (modified !== undefined) answer.headers["last-modified"] = date(modified).toUTCString()
      const bent = method === "GET" ? (server.bend?.(url, dated) ?? dated) : bytes
      const { "transfer-encoding": _, ...rest } = answer.headers
      if (method !== "HEAD") rest["content-length"] = `${bent.length}`
      response.writeHead(answer.statusCode ?? 500, rest).end(bent)
    })
    onward.on("error", () => response.destroy())
    onward.end(body)
  })
  await new Promise<void>((resolve) => gate.listen(0, "127.0.0.1", resolve))
  const address = gate.address()
  const server: BucketServer = {
    endpoint: `http://127.0.0.1:${typeof address === "object" ? address?.port : 0}`,
    requests: [],
    meet: undefined,
    bend: undefined,
    behindMs: 0,
    stop: async () => {
      gate.closeAllConnections()
      gate.close()
      child.stdin.end()
      await new Promise((resolve) => child.once("exit", resolve))
    }
  }
  return server
}
