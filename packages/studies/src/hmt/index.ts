export { type HmtStage, hmtStages } from './stages.ts'
export { type HmtStudyOptions, hmtStudy } from './study.ts'
