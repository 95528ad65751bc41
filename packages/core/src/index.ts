export * from './api.ts'
export { rowOf, sizeOf, takeRows } from './arrays.ts'
export * from './card/index.ts'
export { type ErrorCode, ExplainError } from './errors.ts'
export { explain } from './explain.ts'
export { inputMaps } from './input-maps.ts'
export { candidateLayers } from './layer.ts'
export { inputOfLayer } from './layer-input.ts'
export * from './model/index.ts'
export { type Opened, openTask } from './open-task.ts'
export { resolveOptions } from './options.ts'
export { measurePeak } from './peak.ts'
export { blend, type Positions, positionsOf } from './positions.ts'
export { type RandomStream, randomStream } from './random.ts'
export { resizeLinear } from './resize.ts'
export { readSafetensors, type Safetensors, type StoredTensor, writeSafetensors } from './safetensors.ts'
export {
  type Coalitions,
  type Design,
  jackknifeGroups,
  type LinearFit,
  linearFit,
  type Segments,
  type SegmentsOption,
  scoreCoalitions,
  scoreWhole,
  segmentations,
  segmentInputs,
} from './segments/index.ts'
export { fromJSON, fromSafetensors, type StoredAttribution, toJSON, toSafetensors } from './serialise.ts'
export { methodFromSpec, ruleFromSpec, specOf, transferableSpec } from './spec.ts'
export { contrast, scoreFromSpec } from './target.ts'
