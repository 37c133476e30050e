// The module's exports. Memory is imported: the caller lays it out and never grows it.
export { backWeightScratch, denseBackBias, denseBackInput, denseBackWeight, denseForward } from "./dense"
export { binaryCrossEntropy, elementary, headForward } from "./heads"
export { gather, panelsToRows, panelsToStrips } from "./layout"
export { frameForward, frameGradient, frameScratch, langevin } from "./langevin"
export { gram, logistic, logisticScratch } from "./logistic"
export { normals } from "./normal"
export { peak } from "./peak"
export { adam, axpy, clamp, momentum, scale, sgd, sumOfSquares } from "./update"
