export { type BeyondImagesOptions, beyondImagesStudy } from './beyond-images/index.ts'
export * from './chooser/index.ts'
export { type ConclusionStudyOptions, conclusionStudy } from './conclusion/conclusion.ts'
export * from './confidence-change/index.ts'
export { type EvaluateOptions, evaluateFolder, type FolderReport } from './evaluate/folder.ts'
export { namedRocCurves, writeEvaluation } from './evaluate/page.ts'
export * from './hmt/index.ts'
export {
  type AxiomCheck,
  type AxiomName,
  type AxiomOptions,
  checkAxioms,
  type MethodFrom,
} from './imagenet-photo/axioms.ts'
export { imagenetPhotoStudy, type PhotoStudyOptions } from './imagenet-photo/study.ts'
export { loadPublishedMnist1d } from './mnist1d/data.ts'
export { mnist1dSamplesFigure, mnist1dStepsFigure } from './mnist1d/data-figures.ts'
export { type Mnist1dStudyOptions, mnist1dStudy } from './mnist1d/study.ts'
export { type TrainMnist1dOptions, trainMnist1d } from './mnist1d/train.ts'
export * from './models.ts'
export {
  loadSeedModel,
  loadSeedModelPool,
  type SeedModel,
  type SeedModelName,
  seedModel,
  seedModelNames,
} from './seeds.ts'
export * from './shortcut/index.ts'
export * from './study/index.ts'
export type { ChosenImage } from './tiny-imagenet/explanations.ts'
export type { StudiedClassifier } from './tiny-imagenet/networks.ts'
export { type TinyImageNetStudyOptions, tinyImageNetStudy } from './tiny-imagenet/study.ts'
export { type HmtTaskOptions, hmtTask } from './train/hmt/task.ts'
export { type TrainHmtOptions, trainHmt } from './train/hmt/train.ts'
export { type LinearTaskOptions, type LinearWeightMaps, linearTask, linearWeightMaps } from './train/linear.ts'
export { type PollenTaskOptions, pollenTask } from './train/pollen/task.ts'
export { type TrainPollenOptions, trainPollen } from './train/pollen/train.ts'
export { checkShortcut, type ShortcutCheck, type ShortcutCheckOptions } from './train/pollen-shortcut/check.ts'
export type { BarRule } from './train/pollen-shortcut/pictures.ts'
export { type TrainShortcutOptions, trainPollenShortcut } from './train/pollen-shortcut/train.ts'
export {
  checkPollenSim,
  type PollenSimCheck,
  type PollenSimCheckOptions,
  type Share,
} from './train/pollen-sim/check.ts'
export { type PollenSimTaskOptions, pollenSimTask } from './train/pollen-sim/task.ts'
export { type TrainPollenSimOptions, trainPollenSim } from './train/pollen-sim/train.ts'
export { type TwinOptions, trainOnTwins } from './train/pollen-sim/twins.ts'
export type { Recipe } from './train/schedule.ts'
export { type EpochRecord, historyAsCsv } from './train/state.ts'
export type { Batch } from './train/step.ts'
export { type TinyImageNetTaskOptions, tinyImageNetTask } from './train/tiny-imagenet/task.ts'
export { type TrainTinyImageNetOptions, trainTinyImageNet } from './train/tiny-imagenet/train.ts'
export {
  type StepReport,
  type TrainingResult,
  type TrainingTask,
  type TrainOptions,
  train,
} from './train/trainer.ts'
