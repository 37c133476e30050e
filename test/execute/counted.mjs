// Multiplies numbers: the program of a stage in RunStage.test.ts.
import { readFileSync, writeFileSync } from "node:fs"

const { times } = JSON.parse(readFileSync(process.env.ABLATE_CONFIG, "utf8"))
const numbers = JSON.parse(readFileSync(process.env.ABLATE_INPUT_NUMBERS, "utf8"))
console.log(JSON.stringify({ current: 1, total: 1 }))
writeFileSync(process.env.ABLATE_OUTPUT, JSON.stringify(numbers.map((x) => x * times)))
