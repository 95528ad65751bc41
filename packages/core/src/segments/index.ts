export { type Coalitions, scoreCoalitions, scoreWhole } from './coalitions.ts'
export { type Design, jackknifeGroups, type LinearFit, linearFit } from './linear-fit.ts'
export { type Segments, type SegmentsOption, segmentations, segmentInputs } from './segments.ts'
