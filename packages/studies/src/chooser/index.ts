export { type ChooserStudyOptions, chooserStudy } from './chooser.ts'
export { comparedTechniques } from './compared-techniques.ts'
