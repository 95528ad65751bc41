export { conv2dFilterGradient, conv2dFilterGradientScratch } from './conv2d-filter-gradient'
export { flippedTaps, scatterPhase } from './conv2d-input-gradient'
export { maxPoolGradient } from './max-pool-gradient'
