/** An error in the words of the command line: what is about an option names it as it is typed. */
import { UsageError } from "../session/UsageError.ts"

export const worded = (error: { readonly message: string }): string => {
  if (!(error instanceof UsageError) || error.about === undefined) return error.message
  const { about, text } = error
  if (about.option === "cell") return error.message
  const given =
    about.given.length === 0 ? [`--${about.option}`] : about.given.map((each) => `--${about.option} ${each}`)
  return `${given.join(" ")}: ${text}`
}
