/** The settings of an experiment as lines: what may be set, to what, and what it is. */

import { hang } from "../report/format/TextLines.ts"
import type { SettingsReport } from "../session/commands/settings.ts"

export const settingLines = ({ experiment, settings }: SettingsReport, width: number): ReadonlyArray<string> => {
  if (settings.length === 0) return [`${experiment} has no settings.`]
  const paths = Math.max(...settings.map(({ path }) => path.length))
  return [
    `Settings of ${experiment} (--set PATH=VALUE):`,
    ...settings.flatMap(({ comment, default: value, path, type }) => [
      ...hang(`  ${path.padEnd(paths)}  `, `${type} (default ${value})`, width),
      ...(comment === "" ? [] : hang(" ".repeat(paths + 4), comment, width))
    ])
  ]
}
