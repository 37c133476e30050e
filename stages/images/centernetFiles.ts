/** Where the network that comes with the project is. */
import { createRequire } from "node:module"
import { dirname, join } from "node:path"

/**
 * The TensorFlow.js graph model `centernet` inside the installed @vladmandic/human: its description and its weights
 * (4 MB).
 */
export const centernetFiles = (): { readonly graph: string; readonly weights: string } => {
  const entry = createRequire(import.meta.url).resolve("@vladmandic/human")
  const models = join(dirname(entry), "..", "models")
  return { graph: join(models, "centernet.json"), weights: join(models, "centernet.bin") }
}
