export { riseMasks } from './masks.ts'
export { type RiseOptions, rise } from './rise.ts'
