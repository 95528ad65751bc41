export * from './api.ts'
export { compare } from './compare.ts'
