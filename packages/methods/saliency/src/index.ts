export { type InputXGradientOptions, inputXGradient } from './input-x-gradient.ts'
export { absolute, maxOverChannels, sumOverChannels } from './reductions.ts'
export { saliency } from './saliency.ts'
