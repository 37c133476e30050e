/** The commands: their arguments, options and examples, as data. Parsing and help both read it. */
export interface OptionSpec {
  readonly type: "string" | "boolean"
  readonly multiple?: boolean
  /** What stands for the value in the help: `N`, `DIR`. */
  readonly value?: string
  readonly help: string
  readonly short?: string
}

export interface CommandSpec {
  readonly summary: string
  readonly arguments: ReadonlyArray<{ readonly name: string; readonly help: string; readonly optional?: boolean }>
  readonly options: { readonly [name: string]: OptionSpec }
  readonly examples: ReadonlyArray<readonly [command: string, effect: string]>
}

const store: OptionSpec = {
  type: "string",
  value: "DIR",
  help: "The cache's folder (default: .ablate in the project, or $ABLATE_STORE)"
}
const set: OptionSpec = {
  type: "string",
  multiple: true,
  value: "PATH=VALUE",
  help: "Change one of the experiment's settings; may be given again"
}
const quoting = `A label with a comma stands in quotes: 'axis="a, b"'`
const only: OptionSpec = {
  type: "string",
  multiple: true,
  value: "AXIS=VALUE,…",
  help: `Only the cells with these axis values; values of one axis are alternatives. ${quoting}`
}
const force: OptionSpec = {
  type: "string",
  multiple: true,
  value: "STAGE",
  help: "Run this stage again although its results are known"
}
const jobs: OptionSpec = {
  type: "string",
  short: "j",
  value: "N",
  help: "Worker threads (default: one a core)"
}
const notes: OptionSpec = {
  type: "boolean",
  help: "As text: also how each figure of the reference that is marked ! contradicts itself, as other formats always say"
}
const experiment = { name: "experiment", help: "A file in experiments/ by its name, or a path to a .ts file" }

export const commands: { readonly [name: string]: CommandSpec } = {
  init: {
    summary: "Begin a project: one experiment with two stages, and a test of it",
    arguments: [{ name: "dir", help: "The project's folder (default: this one)", optional: true }],
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
        type: "string",
        value: "tui|stream|json",
        help: "Screen, plain lines or NDJSON (default: by the terminal)"
      },
      notes: { type: "boolean", help: "End with all notes and footnotes, not with what fits one screen" },
      verbose: { type: "boolean", help: "Plain lines for every node, not for every stage" },
      only,
      set,
      force,
      store
    },
    examples: [
      ["ablate run table3", "the whole grid"],
      ["ablate run table3 --only method=agnostic,seed=0", "some of its cells"],
      ["ablate run table3 --set train.lambda=2 --jobs 2", "another λ, on two workers"],
      ["ablate run table3 --ui json > events.ndjson", "every event, one JSON object a line"]
    ]
  },
  plan: {
    summary: "Show what would run, why, and how long it should take; run nothing",
    arguments: [experiment],
    options: { format: { type: "string", value: "text|json", help: "Default: text" }, jobs, only, set, force, store },
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
    options: { format: { type: "string", value: "text|json", help: "Default: text" }, set, store },
    examples: [
      ["ablate why table3 method=aware-joint,seed=0", "every stage of these cells"],
      ["ablate why table3 train/emotion", "one stage"]
    ]
  },
  table: {
    summary: "Print the table of results",
    arguments: [experiment],
    options: {
      format: { type: "string", value: "text|md|csv|json|latex|html", help: "Default: text" },
      run: { type: "string", value: "ID", help: "The run to print (default: the latest)" },
      notes,
      figures: { type: "string", value: "DIR", help: "Also write the run's pictures into this folder" },
      store
    },
    examples: [
      ["ablate table table3", "the latest run"],
      ["ablate table table3 --format csv > table3.csv", "every value, for a spreadsheet"]
    ]
  },
  compare: {
    summary: "Show what differs between two runs: inputs, and metric by metric with its uncertainty",
    arguments: [
      { name: "a", help: "A run's id, or an experiment (its latest run)" },
      { name: "b", help: "Likewise" }
    ],
    options: { format: { type: "string", value: "text|md|json", help: "Default: text" }, store },
    examples: [["ablate compare 20260131-154502-k3f9 table3", "an earlier run with the latest one"]]
  },
  runs: {
    summary: "List the runs",
    arguments: [],
    options: {
      format: { type: "string", value: "text|json", help: "Default: text" },
      limit: { type: "string", value: "N", help: "The newest N (default: 20)" },
      store
    },
    examples: [["ablate runs", "the newest first"]]
  },
  show: {
    summary: "Show an artifact, a cell's outputs, or the code behind a hash",
    arguments: [
      { name: "what", help: `A hash (8 digits or more), or a cell of the latest run (axis=value,…). ${quoting}` }
    ],
    options: {
      experiment: {
        type: "string",
        value: "NAME",
        help: "The experiment whose cell is meant (default: of the latest run)"
      },
      output: { type: "string", value: "FILE", help: "Write the artifact's bytes to a file", short: "o" },
      store
    },
    examples: [
      ["ablate show method=agnostic,seed=0", "what this cell published"],
      ["ablate show 3fa94c01 -o weights.safetensors", "save an artifact"]
    ]
  },
  graph: {
    summary: "Draw which stage feeds which",
    arguments: [experiment],
    options: { format: { type: "string", value: "mermaid|svg", help: "Default: mermaid" }, only, set, store },
    examples: [
      ["ablate graph table3", "a flowchart for Markdown"],
      ["ablate graph table3 --format svg > table3.svg", "a picture"]
    ]
  },
  gc: {
    summary: "Give back the disk space of what nothing mentions any more",
    arguments: [],
    options: {
      "dry-run": { type: "boolean", help: "Count only" },
      "keep-runs": {
        type: "string",
        value: "N",
        help: "Forget all but the newest N runs of each experiment, and what only older ones used"
      },
      format: { type: "string", value: "text|json", help: "Default: text" },
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
      repair: { type: "boolean", help: "Forget what is damaged, so that it is computed again" },
      recompute: {
        type: "string",
        value: "N%",
        help: "Compute this share of what the latest runs know again, and compare it with what is stored"
      },
      store
    },
    examples: [
      ["ablate doctor --repair", "after a disk trouble"],
      ["ablate doctor --recompute 5%", "whether results come out the same on this machine"]
    ]
  }
}

/** A command's specification, or undefined where there is no such command. */
export const specOf = (name: string): CommandSpec | undefined =>
  Object.hasOwn(commands, name) ? commands[name] : undefined
