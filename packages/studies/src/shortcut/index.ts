export { type ShortcutStudyOptions, shortcutStudy } from './shortcut.ts'
export type { MethodVerdict, Verdict } from './verdict.ts'
