export { type FromKerasOptions, fromKeras } from './from-keras.ts'
export { keepStatesApart } from './initial-states.ts'
export { registerKerasLayers } from './layers/register.ts'
export { type ReadKerasOptions, readKeras } from './read-keras.ts'
