export { type SmoothGradOptions, smoothGrad, smoothGradSquared, varGrad } from './smooth-grad.ts'
