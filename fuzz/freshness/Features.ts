/** What a project may have; each can be left out. */
export const features = {
  packages: "installed packages",
  links: "links to files, folders and packages",
  services: "services from the experiment's layer",
  assets: "files that a module names",
  gone: "comments that name files that are not there",
  folders: "folders that a module names",
  json: "JSON imports",
  registers: "modules that act when they are loaded",
  outers: "files and folders as inputs",
  maps: "package.json imports and exports of the project",
  workers: "stages in workers",
  paths: "tsconfig paths",
  env: "External.env",
  blind: "stages whose version never changes, so that edits of code go unseen: the fuzzer must find them"
} as const
export type Feature = keyof typeof features
export const isFeature = (name: string): name is Feature => name in features
export const featureNames = Object.keys(features).filter(isFeature)
export type Features = ReadonlySet<Feature>
