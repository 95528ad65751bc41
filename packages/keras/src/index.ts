export { type FromKerasOptions, fromKeras } from './from-keras.ts'
export { type ReadKerasOptions, readKeras } from './read-keras.ts'
