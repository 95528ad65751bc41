export { type LabelledFile, type ListOptions, labelFromFileName, listFolder } from './list.ts'
export {
  type CorruptFile,
  CorruptFilesError,
  type Decode,
  type FolderImage,
  type ReadOptions,
  readFolder,
} from './read.ts'
export { type SortReport, sortFlatFolder } from './sort.ts'
export { type FolderSplit, type SplitEntry, type SplitOptions, splitFolder } from './split.ts'
export {
  listTinyImageNet,
  type Reorganisation,
  type ReorganiseOptions,
  readWordNames,
  reorganiseTinyImageNetValidation,
} from './tiny-imagenet.ts'
