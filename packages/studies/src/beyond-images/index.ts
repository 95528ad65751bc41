export { type BeyondImagesOptions, beyondImagesStudy } from './beyond-images.ts'
