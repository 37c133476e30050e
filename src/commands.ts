/** What the commands do, as Effects: `import { run, table } from "ablate/commands"`. */
export { type Asked, compare, plan, run, table, type Where, why } from "./session/Api.ts"
