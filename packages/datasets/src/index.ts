export {
  type PollenSimClass,
  type PollenSimImage,
  type PollenSimOptions,
  pollenSim,
  pollenSimClasses,
  pollenSimLabel,
  pollenSimSplit,
} from './pollen-sim/pollen-sim.ts'
