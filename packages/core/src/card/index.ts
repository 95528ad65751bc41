export { describePreprocessing, guessCard, parseCard, teachableMachineCard } from './card.ts'
export { type Geometry, type MapOnImage, mapToImage } from './geometry.ts'
export { prepareImage, rawToModel, toRaw } from './prepare.ts'
export { preprocessingPresets } from './presets.ts'
