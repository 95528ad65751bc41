export { readArtifacts, type StoredModel, type WeightFiles } from './artifacts.ts'
export { type BuildSettings, buildModel, inFile, type LoadedModel, type NetworkBuilders, owning } from './build.ts'
export { foreignModel, foreignModels, isHDF5, tfjsCure } from './foreign.ts'
export { artifactsOf, modelJSON, type SavableModel } from './save.ts'
