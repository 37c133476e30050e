/** The user's folder of COCO: which of its official layouts is there, and where each thing is in it. */
import { existsSync } from "node:fs"
import { homedir } from "node:os"
import { DeclarationError } from "ablate"
import { Schema } from "effect"

/** The release: 2014's files are `COCO_train2014_000000000009.jpg`, 2017's `000000000009.jpg`; the annotations name them. */
export const CocoLayout = Schema.Literals([2014, 2017])
export type CocoLayout = typeof CocoLayout.Type

/** The official part whose images are studied; the study's own split is made of it. */
export const CocoPart = Schema.Literals(["train", "val"])
export type CocoPart = typeof CocoPart.Type

export const CocoFolder = Schema.Struct({
  dir: Schema.String,
  /** Null: the one whose annotations are there. */
  layout: Schema.NullOr(CocoLayout),
  part: CocoPart
})
export type CocoFolder = typeof CocoFolder.Type

/** Paths in the user's folder. */
export interface CocoFiles {
  readonly instances: string
  readonly captions: string
  /** The folder of the images' files. */
  readonly images: string
}

const refuse = (dir: string, problem: string) => new DeclarationError({ subject: `--set coco.dir=${dir}`, problem })

const pathsOf = (layout: CocoLayout, part: CocoPart) => ({
  instances: `annotations/instances_${part}${layout}.json`,
  captions: `annotations/captions_${part}${layout}.json`,
  images: `${part}${layout}`
})

/** Whether it is there; `~` is the person's own folder, as the framework takes it. */
const isThere = (path: string): boolean => existsSync(path.replace(/^~(?=\/|$)/, homedir()))

/** The layout to take. A folder that cannot be seen from here is told of where its files are read. */
const layoutOf = ({ dir, layout, part }: CocoFolder): CocoLayout => {
  if (layout !== null || !isThere(dir)) return layout ?? 2014
  const has = (of: CocoPart) => CocoLayout.literals.filter((each) => isThere(`${dir}/${pathsOf(each, of).instances}`))
  const [first, second] = has(part)
  if (first !== undefined && second === undefined) return first
  const [one, other] = CocoLayout.literals.map((each) => pathsOf(each, part).instances)
  if (first !== undefined)
    throw refuse(dir, `both ${one} and ${other} are there; say which to take with --set coco.layout=2014 or 2017`)
  const otherPart = part === "train" ? "val" : "train"
  const hint = has(otherPart).length > 0 ? `; those of ${otherPart} are there: --set coco.part=${otherPart}` : ""
  throw refuse(dir, `neither ${one} nor ${other} is there${hint}`)
}

/**
 * Where the files are, below `dir`. Throws {@link DeclarationError} where the folder is there and has annotations of both
 * layouts or of none, or no captions beside its instances.
 */
export const cocoFiles = (folder: CocoFolder): CocoFiles => {
  const { dir, part } = folder
  const paths = pathsOf(layoutOf(folder), part)
  if (isThere(`${dir}/${paths.instances}`) && !isThere(`${dir}/${paths.captions}`))
    throw refuse(
      dir,
      `${paths.instances} is there, but ${paths.captions} is not; an image's gender is read from its captions, which are in the same archive of annotations`
    )
  return {
    instances: `${dir}/${paths.instances}`,
    captions: `${dir}/${paths.captions}`,
    images: `${dir}/${paths.images}`
  }
}

/** The folder of the images. Throws {@link DeclarationError} where the annotations are there and it is not. */
export const cocoImagesDir = (folder: CocoFolder): string => {
  const { images, instances } = cocoFiles(folder)
  if (isThere(instances) && !isThere(images))
    throw refuse(
      folder.dir,
      `the annotations are there, but the folder of their images, ${images.slice(folder.dir.length + 1)}, is not; unpack the images there, or do without with --set embeddings.extractor=synthetic, which makes embeddings up`
    )
  return images
}
