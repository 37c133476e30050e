import { Schema } from "effect"

/** A sampling was described wrongly: which field, what was found, what was expected. */
export class SamplingRefused extends Schema.TaggedError<SamplingRefused>()("SamplingRefused", {
  field: Schema.String,
  found: Schema.String,
  expected: Schema.String
}) {
  override get message() {
    return `Cannot sample: ${this.field} is ${this.found}, expected ${this.expected}.`
  }
}

/** Chains left the finite numbers: the step is too long for the energy's curvature, or a parameter is not finite. */
export class ChainsDiverged extends Schema.TaggedError<ChainsDiverged>()("ChainsDiverged", {
  /** Steps that these chains have made since they were opened; the first bad one is among the last 16. */
  step: Schema.Int,
  /** Chains with a coordinate that is not finite, of those that were looked at. */
  chains: Schema.Int,
  of: Schema.Int,
  epsilon: Schema.Finite
}) {
  override get message() {
    return `Langevin dynamics left the finite numbers by step ${this.step} in ${this.chains} of ${this.of} chains, at step size epsilon ${this.epsilon}. Lower epsilon, or the learning rate of the energy.`
  }
}
