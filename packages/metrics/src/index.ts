export * from './api.ts'
export { type BootstrapOptions, bootstrapMean, pairedDifference } from './statistics/bootstrap.ts'
export { type ProportionInterval, wilsonInterval } from './statistics/wilson.ts'
