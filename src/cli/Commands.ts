/** The commands: their arguments, options and examples, as data. Parsing, help, completion and the handlers' types come from it. */
import { TABLE_FORMATS } from "../report/index.ts"

/** What a shell can complete it with. */
export type Completed = "experiment" | "folder" | "file"

export interface OptionSpec {
  /**
   * `count`: a whole number of at least 1. `duration`: `15s`, `2m`, read as milliseconds. `digits`: one of 0 to 20. `share`: a percentage above 0, read as a number up to 1.
   */
  readonly kind: "flag" | "text" | "list" | "choice" | "count" | "digits" | "share" | "duration" | "bytes"
  readonly help: string
  /** What stands for the value in the help: `N`, `DIR`. */
  readonly value?: string
  readonly short?: string
  /** Of a choice: the values, and the one that is meant where none is given. */
  readonly choices?: ReadonlyArray<string>
  readonly fallback?: string
  /** Of a choice: what is meant where the option stands without a value. */
  readonly bare?: string
  readonly completed?: Completed
}

export interface ArgumentSpec {
  readonly name: string
  readonly help: string
  readonly optional?: boolean
  readonly choices?: ReadonlyArray<string>
  readonly completed?: Completed
}

export interface CommandSpec {
  readonly summary: string
  readonly arguments: ReadonlyArray<ArgumentSpec>
  readonly options: { readonly [name: string]: OptionSpec }
  readonly examples: ReadonlyArray<readonly [command: string, effect: string]>
}

const format = <const Choices extends ReadonlyArray<string>, const Fallback extends Choices[number]>(
  choices: Choices,
  fallback: Fallback
) => ({ kind: "choice", choices, fallback, help: `Default: ${fallback}` }) as const

const store = {
  kind: "text",
  value: "DIR",
  completed: "folder",
  help: "The cache's folder, or a shared one: postgres://…?blobs=DIR (default: .ablate in the project, or $ABLATE_STORE)"
} as const
const remote = {
  kind: "text",
  value: "ADDRESS",
  completed: "folder",
  help: "The store behind the cache: postgres://… or a folder (default: $ABLATE_REMOTE, else remote in ablate.json)"
} as const
const behind = {
  ...remote,
  value: "ADDRESS|read|write|off",
  help: "A store behind the cache: known there is known here; write: what is new goes there too (default: $ABLATE_REMOTE, else ablate.json)",
  kind: "list"
} as const
const set = {
  kind: "list",
  value: "PATH=VALUE",
  help: "Change one of the experiment's settings; may be given again"
} as const
const quoting = `A label with a comma stands in quotes: 'axis="a, b"'`
const only = {
  kind: "list",
  value: "AXIS=VALUE,…",
  help: `Only the cells with these axis values; values of one axis are alternatives. ${quoting}`
} as const
const force = {
  kind: "list",
  value: "STAGE",
  help: "Run this stage again although its results are known"
} as const
const jobs = { kind: "count", short: "j", value: "N", help: "Worker threads (default: one a core)" } as const
const lease = {
  kind: "duration",
  value: "TIME",
  help: "A worker that is not heard of for so long has lost its tasks to others (default: 15s)"
} as const
const notes = {
  kind: "choice",
  choices: ["none", "few", "all"],
  bare: "all",
  help: "What is said beneath the table (default: few as text, all in other formats; --notes alone: all)"
} as const
const run = {
  kind: "text",
  value: "RUN",
  help: "A run by its id or a beginning of it, or latest (default: the latest complete run of all cells)"
} as const
const experiment = {
  name: "experiment",
  completed: "experiment",
  help: "A file in experiments/ by its name, or a path to a .ts file"
} as const

export const commands = {
  init: {
    summary: "Begin a project: one experiment with two stages, and a test of it",
    arguments: [{ name: "dir", help: "The project's folder (default: this one)", optional: true, completed: "folder" }],
    options: {},
    examples: [
      ["ablate init study", "a new folder"],
      ["ablate init", "this folder; files that are there stay as they are"]
    ]
  },
  run: {
    summary: "Run what is not known yet, then print what came out on one screen",
    arguments: [experiment],
    options: {
      jobs,
      ui: {
        kind: "choice",
        choices: ["tui", "stream", "json"],
        help: "Screen, plain lines or NDJSON (default: by the terminal)"
      },
      on: {
        kind: "choice",
        choices: ["cluster", "slurm"],
        help: "Computes on workers of a shared store (ablate worker), not on this machine's threads; slurm: starts them"
      },
      slurm: {
        kind: "list",
        value: "FIELD=VALUE",
        help: "With --on slurm: a field of slurm in ablate.json for this run, as time=4:00:00; may be given again"
      },
      lease,
      notes: { kind: "flag", help: "End with all notes and footnotes, not with what fits one screen" },
      verbose: { kind: "flag", help: "Plain lines for every node, not for every stage" },
      watch: { kind: "flag", help: "Stay, and run again what a saved file makes run; Ctrl-C leaves" },
      only,
      set,
      force,
      remote: behind,
      store
    },
    examples: [
      ["ablate run table3", "the whole grid"],
      ["ablate run table3 --only method=agnostic,seed=0", "some of its cells"],
      ["ablate run table3 --set train.lambda=2 --jobs 2", "another λ, on two workers"],
      ["ablate run table3 --watch", "save a file, see the figures move"],
      ["ablate run table3 --ui json > events.ndjson", "every event, one JSON object a line"]
    ]
  },
  list: {
    summary: "List the project's experiments, with the size of their grids and their last runs",
    arguments: [],
    options: { format: format(["text", "json"], "text"), store },
    examples: [["ablate list", "what there is to run"]]
  },
  settings: {
    summary: "Show what --set may change of an experiment: type, default, and what its declaration says",
    arguments: [experiment],
    options: { format: format(["text", "json"], "text"), store },
    examples: [["ablate settings table3", "also at the end of: ablate run table3 --help"]]
  },
  plan: {
    summary: "Show what would run, why, and how long it should take; run nothing",
    arguments: [experiment],
    options: { format: format(["text", "json"], "text"), jobs, only, set, force, remote: behind, store },
    examples: [
      ["ablate plan table3", "counts, reasons and the expected time"],
      ["ablate plan table3 --set train.lambda=2 --format json", "for a script"]
    ]
  },
  why: {
    summary: "Show the smallest difference to the nearest earlier computation",
    arguments: [
      experiment,
      {
        name: "cell",
        help: `A cell (axis=value,…), a row of the table (label/label), or a node (stage or stage#n). ${quoting}`
      }
    ],
    options: { format: format(["text", "json"], "text"), set, store },
    examples: [
      ["ablate why table3 method=aware-joint,seed=0", "every stage of these cells"],
      ["ablate why table3 train/emotion", "one stage"]
    ]
  },
  table: {
    summary: "Print the table of results",
    arguments: [experiment],
    options: {
      format: format(TABLE_FORMATS, "text"),
      run,
      columns: {
        kind: "list",
        value: "NAME,…",
        help: "Only these columns, by name, label or group, in this order; all: none is left out for want of width"
      },
      rows: {
        kind: "list",
        value: "AXIS=VALUE,…",
        help: `Only the rows with these labels; those of one axis are alternatives. ${quoting}`
      },
      only: { kind: "list", value: "AXIS=VALUE,…", help: "The same as --rows" },
      sort: {
        kind: "text",
        value: "COLUMN[:asc|desc]",
        help: "Order the rows by a column (default: the better figures first) or by an axis"
      },
      precision: { kind: "digits", value: "N", help: "Decimals of every figure (default: each column's own)" },
      headline: { kind: "flag", help: "Only the rows and columns that a run ends with" },
      notes,
      width: {
        kind: "count",
        value: "N",
        help: "Columns of text (default: the terminal's, $COLUMNS in a pipe, else 100)"
      },
      figures: {
        kind: "text",
        value: "DIR",
        completed: "folder",
        help: "Also write the run's pictures into this folder"
      },
      store
    },
    examples: [
      ["ablate table table3", "the latest complete run"],
      ["ablate table table3 --sort accuracy --columns accuracy,fear_F", "two columns, the best rows first"],
      ["ablate table table3 --rows split=stratified --precision 2", "some of its rows, with two decimals"],
      ["ablate table table3 --format csv > table3.csv", "every value, for a spreadsheet"]
    ]
  },
  report: {
    summary:
      "Make a page of a run for browsers, with its table, figures and provenance beside it; or serve one that follows it",
    arguments: [experiment],
    options: {
      run: { kind: "text", value: "ID", help: "The run to report (default: the latest)" },
      out: {
        kind: "text",
        value: "DIR",
        completed: "folder",
        help: "The report's folder (default: <experiment>-report here)"
      },
      force: { kind: "flag", help: "Write into a folder that holds something else; what is in the way is kept beside" },
      serve: { kind: "flag", help: "Write nothing: serve the page on this machine and follow the run, until Ctrl-C" },
      port: { kind: "count", value: "N", help: "Where --serve listens (default: the first free one from 4680 on)" },
      store
    },
    examples: [
      ["ablate report table3", "table3-report/index.html, to be opened from the disk"],
      ["ablate report table3 --serve", "watch the latest run in a browser"]
    ]
  },
  compare: {
    summary: "Show what differs between two runs or tables: inputs, and metric by metric with its uncertainty",
    arguments: [
      {
        name: "a",
        help: "A run's id, an experiment (its latest run), rev:COMMIT (its run), a table exported as csv or json, or with --run some rows",
        completed: "experiment"
      },
      { name: "b", help: "Likewise", completed: "experiment" }
    ],
    options: {
      run: {
        kind: "text",
        value: "ID",
        help: "The run, or the experiment, whose rows a and b name: axis=label,… or label/label"
      },
      "fail-on-change": { kind: "flag", help: "Exit with 3 where a figure changed, is new or gone" },
      format: format(["text", "md", "json", "html"], "text"),
      store
    },
    examples: [
      ["ablate compare 20260131-154502-k3f9 table3", "an earlier run with the latest one"],
      ["ablate compare results/table3.json table3 --fail-on-change", "a kept table with the latest run, for CI"],
      ["ablate compare method=agnostic method=aware-joint --run table3", "two rows, or groups of rows, of one run"]
    ]
  },
  verify: {
    summary: "Check whether the figures of an exported table still stand",
    arguments: [{ name: "file", help: "A table that `ablate table` printed, in any format", completed: "file" }],
    options: {
      run: {
        kind: "text",
        value: "ID",
        help: "The run to hold it to (default: the one that gave its content, else the one it names)"
      },
      recompute: {
        kind: "share",
        value: "N%",
        help: "Also compute this share of the run's cells again, and compare it with what was recorded"
      },
      format: format(["text", "json"], "text"),
      store
    },
    examples: [
      ["ablate verify results/table3.md", "every figure against the run that gave it"],
      ["ablate verify table3.csv --recompute 10%", "a tenth of its cells computed again as well"]
    ]
  },
  logs: {
    summary: "Print what stages printed in a run, and where they failed",
    arguments: [
      {
        name: "run",
        optional: true,
        completed: "experiment",
        help: "An experiment (its latest run) or a run's id; or at once the cell or node, of the latest run of all"
      },
      {
        name: "cell",
        optional: true,
        help: `A cell (axis=value,…), a row of the table (label/label), a stage, or a node (stage#n). ${quoting}`
      }
    ],
    options: {
      follow: { kind: "flag", short: "f", help: "Of a run that goes on: print on until it ends" },
      failed: { kind: "flag", help: "Only of nodes that failed" },
      format: format(["text", "json"], "text"),
      store
    },
    examples: [
      ["ablate logs method=agnostic,seed=0", "what this cell's stages printed in the latest run"],
      ["ablate logs table3 --failed", "of the latest run of table3, the failures"],
      ["ablate logs --follow", "while it goes on"]
    ]
  },
  watch: {
    summary: "Show a run that goes on in another terminal, or one that is over",
    arguments: [
      {
        name: "run",
        optional: true,
        completed: "experiment",
        help: "A run's id or an experiment (default: the run that goes on, else the latest)"
      }
    ],
    options: {
      ui: {
        kind: "choice",
        choices: ["tui", "stream", "json"],
        help: "Screen, plain lines or NDJSON (default: by the terminal)"
      },
      verbose: { kind: "flag", help: "Plain lines for every node, not for every stage" },
      store
    },
    examples: [
      ["ablate watch", "the run that goes on"],
      ["ablate watch table3 --ui json", "every event of its latest run, one JSON object a line"]
    ]
  },
  runs: {
    summary: "List the runs, with figures if asked",
    arguments: [
      { name: "experiment", help: "Those of one experiment (default: of all)", optional: true, completed: "experiment" }
    ],
    options: {
      format: format(["text", "json"], "text"),
      limit: { kind: "count", value: "N", help: "The newest N (default: 20)" },
      columns: {
        kind: "list",
        value: "METRIC,…",
        help: "Metrics to show, each the mean over the run's cells that have it"
      },
      only: { ...only, help: `Means over the cells with these axis values only. ${quoting}` },
      sort: {
        kind: "text",
        value: "COLUMN",
        help: "By one of the metrics shown, or started, time, executed, cached, failed; the largest first"
      },
      ascending: { kind: "flag", help: "The smallest first" },
      store
    },
    examples: [
      ["ablate runs", "the newest first"],
      ["ablate runs table3 --columns accuracy --sort accuracy", "the best first"]
    ]
  },
  tag: {
    summary: "Give a run a name that stands for it everywhere and keeps it from gc",
    arguments: [
      { name: "run", help: "A run by its id or a beginning of it, or latest; with --remove alone the tag" },
      { name: "name", help: "The tag: a letter, then letters, digits, and . _ -", optional: true }
    ],
    options: { remove: { kind: "flag", help: "Take the tag away" }, store },
    examples: [
      ["ablate tag latest submitted", "the newest run; ablate compare submitted table3"],
      ["ablate tag submitted --remove", "the run stays, its name goes"]
    ]
  },
  show: {
    summary: "Show an artifact, the code behind a hash, what cells published, or where a figure comes from",
    arguments: [
      {
        name: "what",
        help: `A hash (8 digits or more), a cell or several (axis=value,…), or a row of the table (label/label). ${quoting}`
      },
      {
        name: "metric",
        help: "Of a cell or row: walks from this figure to code, config, inputs, files, run and versions",
        optional: true
      }
    ],
    options: {
      run: {
        ...run,
        help: "The run whose cells are meant: an id, a beginning of it, or latest (default: as in the table)"
      },
      experiment: {
        kind: "text",
        value: "NAME",
        completed: "experiment",
        help: "The experiment whose cells are meant (default: the one that ran last)"
      },
      format: format(["text", "json"], "text"),
      output: {
        kind: "text",
        value: "FILE",
        completed: "file",
        help: "Write the artifact's bytes to a file",
        short: "o"
      },
      store
    },
    examples: [
      ["ablate show method=agnostic,seed=0 accuracy", "where this figure comes from"],
      ["ablate show agnostic", "the metrics of a row, by seed"],
      ["ablate show 3fa94c01 -o weights.safetensors", "save an artifact"]
    ]
  },
  replay: {
    summary: "Compute an old run again, from the program that the store kept, and say whether the bits are the same",
    arguments: [{ name: "run", help: "A run by its id or a beginning of it, or latest" }],
    options: { format: format(["text", "json"], "text"), jobs, only, store },
    examples: [
      [
        "ablate replay 20260131-154502",
        "all of its cells, whatever the working tree is now; exit code 0 same, 1 different"
      ],
      ["ablate replay latest --only seed=0", "some of them"]
    ]
  },
  push: {
    summary: "Copy runs and their results to the store that others see",
    arguments: [{ ...experiment, help: "The experiment whose runs are meant (default: all)", optional: true }],
    options: { format: format(["text", "json"], "text"), remote, store },
    examples: [
      ["ablate push table3 --remote 'postgres://lab@db/ablate?blobs=/shared/ablate'", "a colleague's run finds them"],
      ["ablate push", "all runs, to the store that ablate.json names"]
    ]
  },
  pull: {
    summary: "Copy runs and their results from the store that others see, each checked",
    arguments: [{ ...experiment, help: "The experiment whose runs are meant (default: all)", optional: true }],
    options: { format: format(["text", "json"], "text"), remote, store },
    examples: [
      ["ablate pull table3", "its runs are listed here, its cells known, without a network too"],
      ["ablate pull --remote /media/disk/.ablate", "from a folder"]
    ]
  },
  graph: {
    summary: "Draw which stage feeds which",
    arguments: [experiment],
    options: { format: format(["mermaid", "svg"], "mermaid"), only, set, store },
    examples: [
      ["ablate graph table3", "a flowchart for Markdown"],
      ["ablate graph table3 --format svg > table3.svg", "a picture"]
    ]
  },
  gc: {
    summary: "Give back the disk space of what nothing mentions any more",
    arguments: [],
    options: {
      "dry-run": { kind: "flag", help: "Count only" },
      "keep-runs": {
        kind: "count",
        value: "N",
        help: "Forget all but the newest N runs of each experiment, and what only older ones used"
      },
      format: format(["text", "json"], "text"),
      store
    },
    examples: [
      ["ablate gc --dry-run", "what would go"],
      ["ablate gc --keep-runs 3", "forget older runs too"]
    ]
  },
  doctor: {
    summary: "Check that every artifact reads back as it was written",
    arguments: [],
    options: {
      repair: { kind: "flag", help: "Forget what is damaged, so that it is computed again" },
      recompute: {
        kind: "share",
        value: "N%",
        help: "Compute this share of what the latest runs know again, and compare it with what is stored"
      },
      store
    },
    examples: [
      ["ablate doctor --repair", "after a disk trouble"],
      ["ablate doctor --recompute 5%", "whether results come out the same on this machine"]
    ]
  },
  worker: {
    summary: "Compute what runs with --on cluster ask for, until it is stopped",
    arguments: [],
    options: {
      jobs,
      memory: { kind: "bytes", value: "SIZE", help: "Memory for its tasks together: 16GB (default: the machine's)" },
      gpus: { kind: "digits", value: "N", help: "Graphics processors for its tasks together (default: 0)" },
      tags: { kind: "list", value: "TAG,…", help: "What stages may ask for by resources.tags" },
      name: { kind: "text", value: "NAME", help: "What it is called on screens (default: host and process)" },
      "idle-exit": {
        kind: "duration",
        value: "TIME",
        help: "End after so long without a task: 60s, 10m (default: never)"
      },
      quiet: { kind: "flag", help: "No line for each task" },
      store
    },
    examples: [
      ["ablate worker --store postgres://ada@db/lab?blobs=/shared/ablate", "one task a core"],
      ["ablate worker --jobs 4 --idle-exit 60s", "four, and gone when there is nothing to do for a minute"]
    ]
  },
  completion: {
    summary: "Print what makes a shell complete commands, options and experiments",
    arguments: [{ name: "shell", choices: ["bash", "zsh", "fish"], help: "bash, zsh or fish" }],
    options: {},
    examples: [
      ["ablate completion bash > ~/.ablate-completion.bash", "then `source` it in ~/.bashrc"],
      ["ablate completion zsh > ~/.zfunc/_ablate", "a folder of $fpath"],
      ["ablate completion fish > ~/.config/fish/completions/ablate.fish", "loaded by itself"]
    ]
  }
} as const satisfies { readonly [name: string]: CommandSpec }

export type CommandName = keyof typeof commands

export const commandNames = Object.keys(commands).filter((name): name is CommandName => Object.hasOwn(commands, name))

/** The name of a command, or undefined where there is no such command. */
export const commandNamed = (name: string): CommandName | undefined => commandNames.find((each) => each === name)

export const specOf = (name: CommandName): CommandSpec => commands[name]
