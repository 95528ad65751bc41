export { batchedInputs } from './batched.ts'
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
export { type GlobalMaps, globalSaliency, globalSaliencyOf } from './global-saliency.ts'
export { readHistory } from './history.ts'
export { type IntegrationPath, type IntegrationPathOptions, integrationPath } from './integration-path.ts'
export { measurementFiles } from './measurement-files.ts'
export { type PollenStage, type PollenStudyOptions, pollenStages, pollenStudy, type StudiedNetwork } from './pollen.ts'
export { type PollenSimStudyOptions, pollenSimStudy } from './pollen-sim.ts'
export type { ShareRow } from './share-rows.ts'
export { picturesWithTrait } from './sim-shares.ts'
export { noiseShare, type SmoothingGrid, smoothingMaps } from './smoothing.ts'
export { oneImageAClass, type StudyImage } from './study-images.ts'
export type { StudyReport } from './study-report.ts'
export { findTechnique, type Technique, techniques } from './techniques.ts'
export { coarseCeiling, controlShares, type PlantedTrait, shareOf, type TraitShare, traitShare } from './trait-share.ts'
export { writeReport } from './write-report.ts'
