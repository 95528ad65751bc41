export * from './api.ts'
export {
  type ClassificationReport,
  type ClassScore,
  classificationReport,
  crossEntropy,
  type Judged,
  predictedClass,
  rocCurves,
} from './classification/report.ts'
export { type RocCurve, rocCurve } from './classification/roc.ts'
export {
  type EffectsOfHiding,
  type EffectsOptions,
  effectsOfHiding,
  type HiddenWindow,
  relevanceEffect,
  scaledInfidelity,
} from './effects/effects-of-hiding.ts'
export { type CompletenessOptions, completeness } from './faithfulness/completeness.ts'
export { type CurveOptions, type CurveResult, deletion, insertion } from './faithfulness/curves.ts'
export {
  type DropAndIncrease,
  type DropOptions,
  dropAndIncrease,
  explanationMap,
  keepTop,
} from './faithfulness/drop.ts'
export type { Hiding, HidingOption, KernelBlur } from './faithfulness/hidden.ts'
export { type InfidelityOptions, infidelity } from './faithfulness/infidelity.ts'
export type { LocalisationOptions, Masks } from './localisation/masks.ts'
export { type PointingOptions, pointingGame } from './localisation/pointing-game.ts'
export { relevanceMassAccuracy, relevanceRankAccuracy } from './localisation/relevance.ts'
export { type Ground, positionMaps } from './positions/position-maps.ts'
export { trivialMaps } from './positions/trivial-maps.ts'
export { measured, metricResult, type ValuesByMap } from './result.ts'
export { type Sensitivity, type SensitivityOptions, sensitivity } from './robustness/sensitivity.ts'
export { isConstantMap, type MapSimilarity, mapSimilarity } from './sanity/map-similarity.ts'
export {
  labelRandomisation,
  parameterRandomisation,
  type RandomisationOptions,
  type RandomisationResult,
  type RandomisationStage,
  type SimilarityOfMaps,
} from './sanity/randomisation.ts'
export { isTestable, randomisedCopy } from './sanity/randomise.ts'
export { deterministic, type SanityVerdict, sanityVerdict } from './sanity/verdict.ts'
export { type BootstrapOptions, bootstrapMean, pairedDifference } from './statistics/bootstrap.ts'
export { type ProportionInterval, wilsonInterval } from './statistics/wilson.ts'
