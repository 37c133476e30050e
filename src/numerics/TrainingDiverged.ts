import { Schema } from "effect"

/** A loss term (or, under the name `weights`, the parameters) became NaN or infinite. */
export class TrainingDiverged extends Schema.TaggedError<TrainingDiverged>()("TrainingDiverged", {
  /** Counted from 1. */
  epoch: Schema.Int,
  term: Schema.String,
  /** "NaN", "Infinity" or "-Infinity". */
  value: Schema.String,
  learningRate: Schema.Number
}) {
  override get message() {
    return `Training diverged in epoch ${this.epoch}: ${this.term} became ${this.value} at learning rate ${this.learningRate}. Lower the learning rate, clip the gradient, or bound the term.`
  }
}
