/** How the API reference is made of the docstrings. What every export has is demanded here: a name without a docstring is an error. */
import { OptionDefaults } from "typedoc"

/** Tells the compiler something, and the reader nothing. */
const forTheCompiler = "@ts-ignore"

/** @type {import("typedoc").TypeDocOptions} */
export default {
  name: "Ablate",
  entryPoints: ["../src/index.ts", "../src/numerics/index.ts", "../src/commands.ts", "../src/testing.ts"],
  tsconfig: "../src/tsconfig.types.json",
  // The project's own compiler checks types.
  skipErrorChecking: true,
  out: "reference",
  readme: "none",
  disableSources: true,
  excludeInternal: true,
  excludePrivate: true,
  excludeExternals: true,
  modifierTags: [...OptionDefaults.modifierTags, forTheCompiler],
  excludeTags: [...OptionDefaults.excludeTags, forTheCompiler],
  requiredToBeDocumented: ["Module", "Namespace", "Class", "Interface", "TypeAlias", "Variable", "Function"],
  validation: { invalidLink: true, notDocumented: true, notExported: true, rewrittenLink: true },
  // Types that only compute others.
  intentionallyNotExported: [
    ...["AxesOf", "AxisValues", "Cells", "CheckReport", "Counts", "Flat", "InputNodes", "LoadError", "LossBlocks"],
    ...["LossKernels", "MetricNames", "NeedsLayer", "NeedsParams", "OptionalNames", "OutputFigure", "PointOf"],
    ...["Choosing", "Publishing", "ServicesOfWire", "ShapeOf", "Signal", "TensorsByDtype", "Typed", "WellFormed"],
    ...["Scalar", "Tensor", "Variable"].map((name) => `ablate/numerics/TfjsTypes.ts:${name}`)
  ],
  treatWarningsAsErrors: true,
  treatValidationWarningsAsErrors: true
}
