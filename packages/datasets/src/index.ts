export { pollenSimLabel, pollenSimSplit } from './pollen-sim/labels.ts'
export {
  type PollenSimGrain,
  type PollenSimImage,
  type PollenSimOptions,
  type PollenSimPair,
  type PollenSimPairOptions,
  type PollenSimPicture,
  pollenSim,
  pollenSimPair,
} from './pollen-sim/pollen-sim.ts'
export { type PollenSimClass, pollenSimClasses } from './pollen-sim/traits.ts'
