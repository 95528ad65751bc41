export { bootstrapMean, type Interval } from './bootstrap.ts'
export {
  type ExplainedImage,
  type ExplainImagesOptions,
  explainImages,
  type FailedImage,
  fileName,
  type ImageSource,
  type MethodResult,
  type NamedMethod,
  preprocessingOf,
} from './explain-images.ts'
export { findTechnique, type Technique, techniques } from './techniques.ts'
export { coarseCeiling, controlShares, type PlantedTrait, shareOf, type TraitShare, traitShare } from './trait-share.ts'
export { type ShareRow, traitShares, writeReport } from './write-report.ts'
