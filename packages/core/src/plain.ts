/**
 * All of core that needs no TensorFlow.js: for pages that show what a worker computed, and for packages that work on plain numbers.
 * The same classes and functions as in the main entry.
 */
export * from './api.ts'
export { concatenated, rowOf, sizeOf, takeRows } from './arrays.ts'
export { createAttribution } from './attribution.ts'
export * from './card/index.ts'
export { buffersOf, copyOf, errorOf, type Failure, failureOf } from './crossing.ts'
export { type ErrorCode, ExplainError } from './errors.ts'
export { candidateLayers } from './layer.ts'
export { inputOfLayer } from './layer-input.ts'
export { nextTask } from './next-task.ts'
export { resolveOptions } from './options.ts'
export { blend, type Positions, positionsOf } from './positions.ts'
export { type RandomStream, randomStream } from './random.ts'
export { resizeLinear } from './resize.ts'
export { readSafetensors, type Safetensors, type StoredTensor, writeSafetensors } from './safetensors.ts'
export { fromJSON, fromSafetensors, type StoredAttribution, toJSON, toSafetensors } from './serialise.ts'
export { methodFromSpec, ruleFromSpec, specOf, transferableSpec } from './spec.ts'
