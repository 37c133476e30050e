/** What the terminal can show, from its environment. */
export interface Terminal {
  readonly unicode: boolean
  readonly color: boolean
}

/**
 * `NO_COLOR` (not empty) turns colour off. Unicode needs a UTF-8 locale; macOS and Windows terminals have one
 * even where no variable says so, the Linux console lacks the glyphs.
 */
export const fromEnvironment = (env: { readonly [name: string]: string | undefined }, platform: string): Terminal => {
  const locale = env.LC_ALL || env.LC_CTYPE || env.LANG || ""
  const isUtf8 = locale === "" ? platform === "darwin" || platform === "win32" : /utf-?8/i.test(locale)
  return { unicode: isUtf8 && env.TERM !== "linux", color: !env.NO_COLOR && env.TERM !== "dumb" }
}
