export { type Mnist1d, type Mnist1dSignals, mnist1d, writeMnist1d } from './mnist1d/data.ts'
export { type Mnist1dParameters, mnist1dParameters } from './mnist1d/parameters.ts'
export { readMnist1d } from './mnist1d/read.ts'
export { type Mnist1dSample, type Mnist1dSampleOptions, mnist1dSample, type Stroke } from './mnist1d/sample.ts'
export {
  correlatedNoise,
  independentNoise,
  padSignal,
  resampleSignal,
  type Signal,
  scaleSignal,
  shearSignal,
  translateSignal,
} from './mnist1d/steps.ts'
export { mnist1dClasses, mnist1dTemplates } from './mnist1d/templates.ts'
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
