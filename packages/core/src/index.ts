export { explain } from './explain.ts'
export { inputMaps } from './input-maps.ts'
export * from './model/index.ts'
export * from './model-files/index.ts'
export { type Opened, openTask } from './open-task.ts'
export { measurePeak } from './peak.ts'
export * from './plain.ts'
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
export { contrast, scoreFromSpec } from './target.ts'
