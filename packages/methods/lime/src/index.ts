export { type LimeOptions, lime } from './lime.ts'
