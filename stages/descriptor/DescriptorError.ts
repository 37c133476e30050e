import { Schema } from "effect"

/** Rows or a model that do not have what the descriptor reads. */
export class DescriptorInput extends Schema.TaggedError<DescriptorInput>()("DescriptorInput", {
  tensor: Schema.String,
  found: Schema.String,
  expected: Schema.String
}) {
  override get message() {
    return `Descriptor model: tensor "${this.tensor}": found ${this.found}, expected ${this.expected}.`
  }
}

/** A configuration that cannot run. */
export class DescriptorConfigRefused extends Schema.TaggedError<DescriptorConfigRefused>()("DescriptorConfigRefused", {
  field: Schema.String,
  found: Schema.String,
  expected: Schema.String
}) {
  override get message() {
    return `Descriptor model: ${this.field} is ${this.found}, expected ${this.expected}.`
  }
}

/** The energy or its chains left the finite numbers. */
export class DescriptorDiverged extends Schema.TaggedError<DescriptorDiverged>()("DescriptorDiverged", {
  /** Counted from 1; null while a draw is made from a learnt model. */
  iteration: Schema.NullOr(Schema.Int),
  problem: Schema.String,
  epsilon: Schema.Finite,
  learningRate: Schema.Finite
}) {
  override get message() {
    const when = this.iteration === null ? "while it was sampled" : `in iteration ${this.iteration}`
    return `The descriptor model diverged ${when} (epsilon ${this.epsilon}, learningRate ${this.learningRate}): ${this.problem} Lower epsilon (it must stay well below 2·sigma) or learningRate, or set clip.`
  }
}
