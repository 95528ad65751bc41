export * from './api.ts'
export { compare } from './compare.ts'
export { comparisonPage, comparisonReport } from './page.ts'
