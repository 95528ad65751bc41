export { siseLayers } from './layers.ts'
export { type SiseOptions, sise } from './sise.ts'
