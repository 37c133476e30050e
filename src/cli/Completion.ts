/** What makes a shell complete the command line, from the commands' specification. */
import { sourceExtensions } from "../session/Loader.ts"
import {
  type ArgumentSpec,
  type CommandName,
  commandNames,
  type commands,
  type OptionSpec,
  specOf
} from "./Commands.ts"

type Shell = (typeof commands.completion.arguments)[0]["choices"][number]

interface NamedOption extends OptionSpec {
  readonly name: string
}

const optionsOf = (command: CommandName): ReadonlyArray<NamedOption> =>
  Object.entries(specOf(command).options).map(([name, option]) => ({ ...option, name }))

const takesValue = ({ kind }: OptionSpec) => kind !== "flag"

/** `-j`, `--jobs`. */
const spellings = ({ name, short }: NamedOption) => [...(short === undefined ? [] : [`-${short}`]), `--${name}`]

/** For a shell's single quotes. */
const quoted = (text: string) => `'${text.replaceAll("'", "'\\''")}'`

const bashWords = ({ choices, completed }: Pick<ArgumentSpec, "choices" | "completed">): string => {
  if (choices !== undefined) return `_ablate_words ${quoted(choices.join(" "))}`
  switch (completed) {
    case "experiment":
      return `_ablate_words "$(_ablate_experiments)"; compopt -o default 2>/dev/null`
    case "folder":
      return "_ablate_folders"
    case "file":
      return "compopt -o default 2>/dev/null"
    default:
      return ":"
  }
}

const isSource = `*${sourceExtensions.join("|*")}`

/** Both shells read it: the names of the files of the nearest \`experiments/\`, one a line. */
const experimentNames = `_ablate_experiments() {
  local folder=$PWD file
  while [[ -n $folder && ! -d $folder/experiments ]]; do folder=\${folder%/*}; done
  for file in "$folder"/experiments/*.*; do
    file=\${file##*/}
    case $file in
      *.d.*|*.test.*) ;;
      ${isSource}) printf '%s\\n' "\${file%.*}" ;;
    esac
  done
}`

const bash = (): string => {
  const valued = commandNames.flatMap((command) =>
    optionsOf(command)
      .filter(takesValue)
      .map((option) => ({ patterns: spellings(option).map((each) => quoted(`${command} ${each}`)), option }))
  )
  const words = commandNames.flatMap((command) =>
    specOf(command).arguments.flatMap((argument, at) => {
      const found = bashWords(argument)
      return found === ":" ? [] : [`    '${command} ${at}') ${found} ;;`]
    })
  )
  return `# Completion of ablate for bash: source it in ~/.bashrc.
${experimentNames}
_ablate_words() { COMPREPLY=($(compgen -W "$1" -- "$word")); }
_ablate_folders() { COMPREPLY=($(compgen -d -- "$word")); compopt -o filenames 2>/dev/null; }
_ablate() {
  local word=\${COMP_WORDS[COMP_CWORD]} before=\${COMP_WORDS[COMP_CWORD-1]} command=\${COMP_WORDS[1]} place=0 at
  COMPREPLY=()
  if [[ $COMP_CWORD -le 1 ]]; then
    _ablate_words ${quoted([...commandNames, "help", "--help", "--version"].join(" "))}
    return
  fi
  # Readline splits --option=value at the sign.
  if [[ $word == = ]]; then word=; elif [[ $before == = ]]; then before=\${COMP_WORDS[COMP_CWORD-2]}; fi
  case "$command $before" in
${valued.map(({ option, patterns }) => `    ${patterns.join("|")}) ${bashWords(option)}; return ;;`).join("\n")}
  esac
  if [[ $word == -* ]]; then
    case $command in
${commandNames.map((command) => `      ${command}) _ablate_words ${quoted([...optionsOf(command).flatMap(spellings), "--help"].join(" "))} ;;`).join("\n")}
    esac
    return
  fi
  for ((at = 2; at < COMP_CWORD; at++)); do
    case "$command \${COMP_WORDS[at]}" in
      ${valued.flatMap(({ patterns }) => patterns).join("|")})
        [[ \${COMP_WORDS[at+1]} == = ]] || ((at++)) ;;
      "$command "-*) ;;
      *) ((place++)) ;;
    esac
    while [[ \${COMP_WORDS[at+1]} == = ]]; do ((at += 2)); done
  done
  # Behind the sign of a value that is typed itself, as in --set path=value.
  [[ $at -eq $COMP_CWORD ]] || return
  case "$command $place" in
    'help 0') _ablate_words ${quoted(commandNames.join(" "))} ;;
${words.join("\n")}
  esac
}
complete -F _ablate ablate
`
}

/** For a description between brackets or colons. */
const zshText = (text: string) => text.replaceAll(/[\\[\]:]/g, (sign) => `\\${sign}`)

const zshAction = ({ choices, completed }: Pick<ArgumentSpec, "choices" | "completed">): string => {
  if (choices !== undefined) return `(${choices.join(" ")})`
  return completed === "experiment"
    ? "_ablate_experiment_names"
    : completed === "folder"
      ? "_files -/"
      : completed === "file"
        ? "_files"
        : ""
}

const zshOption = (option: NamedOption): string => {
  const { help, kind, name, value = name } = option
  const [first = "", ...others] = spellings(option)
  const about = `[${zshText(help)}]${takesValue(option) ? `:${zshText(value)}:${zshAction(option)}` : ""}`
  if (kind === "list") return quoted(`*${first}${about}`)
  return others.length === 0
    ? quoted(`${first}${about}`)
    : `${quoted(`(${spellings(option).join(" ")})`)}{${spellings(option).join(",")}}${quoted(about)}`
}

const zshArgument = (argument: ArgumentSpec, at: number): string =>
  quoted(`${at + 1}${argument.optional === true ? "::" : ":"}${zshText(argument.name)}:${zshAction(argument)}`)

const zsh = (): string => `#compdef ablate
# Completion of ablate for zsh: a file named _ablate in a folder of $fpath, or sourced after compinit.
${experimentNames}
_ablate_experiment_names() {
  local -a names
  names=(\${(f)"$(_ablate_experiments)"})
  compadd -a names
  _files -g '*.ts'
}
_ablate() {
  local curcontext=$curcontext state line
  local -a commands
  commands=(
${commandNames.map((name) => `    ${quoted(`${name}:${zshText(specOf(name).summary)}`)}`).join("\n")}
  )
  _arguments -C '(- *)'{-h,--help}'[help]' '(- *)--version[the version]' '1: :->command' '*:: :->rest'
  case $state in
    command) _describe command commands ;;
    rest)
      case $words[1] in
${commandNames
  .map((name) => {
    const specs = [
      ...optionsOf(name).map(zshOption),
      `${quoted("(- *)")}{-h,--help}${quoted("[help]")}`,
      ...specOf(name).arguments.map(zshArgument)
    ]
    return `        ${name}) _arguments ${specs.join(" \\\n          ")} ;;`
  })
  .join("\n")}
        help) _describe command commands ;;
      esac ;;
  esac
}
if [[ $funcstack[1] == _ablate ]]; then _ablate "$@"; else compdef _ablate ablate; fi
`

/** In fish's single quotes a backslash escapes itself and the quote. */
const fishQuoted = (text: string) => `'${text.replaceAll(/[\\']/g, (sign) => `\\${sign}`)}'`

const fishWords = ({ choices, completed }: Pick<ArgumentSpec, "choices" | "completed">): string => {
  if (choices !== undefined) return ` -a ${fishQuoted(choices.join(" "))}`
  return completed === "experiment"
    ? " -a '(__ablate_experiments)'"
    : completed === "folder"
      ? " -a '(__fish_complete_directories)'"
      : completed === "file"
        ? " -F"
        : ""
}

const fish = (): string => {
  const lines = commandNames.flatMap((name) => {
    const only = `complete -c ablate -n '__fish_seen_subcommand_from ${name}'`
    const options = optionsOf(name).map((option) => {
      const short = option.short === undefined ? "" : ` -s ${option.short}`
      const value = takesValue(option) ? `${option.completed === "file" ? " -r" : " -x"}${fishWords(option)}` : ""
      return `${only}${short} -l ${option.name}${value} -d ${fishQuoted(option.help)}`
    })
    const words = [...new Set(specOf(name).arguments.map(fishWords))].flatMap((found) =>
      found === "" ? [] : [`${only}${found}`]
    )
    return [
      `complete -c ablate -n __fish_use_subcommand -a ${name} -d ${fishQuoted(specOf(name).summary)}`,
      ...options,
      ...words
    ]
  })
  return `# Completion of ablate for fish: ~/.config/fish/completions/ablate.fish
function __ablate_experiments
  set -l folder $PWD
  while test -n "$folder" -a ! -d "$folder/experiments"
    set folder (string replace -r '/[^/]*$' '' -- $folder)
  end
  for file in $folder/experiments/*{${sourceExtensions.join(",")}}
    string match -qr '\\.(d|test)\\.' -- $file; and continue
    string replace -r '^.*/' '' -- $file | string replace -r '\\.[^.]+$' ''
  end
end
complete -c ablate -f
complete -c ablate -s h -l help -d 'This text'
complete -c ablate -n __fish_use_subcommand -l version -d 'The version'
${lines.join("\n")}
`
}

const scripts: { readonly [Name in Shell]: () => string } = { bash, zsh, fish }

/** The script that the shell reads. */
export const completion = (shell: Shell): string => scripts[shell]()
