import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './workspace.ts'

/** A block of code of a Markdown file, as the file has it. */
export interface Sample {
  readonly page: string
  /** Line of the page where the block begins. */
  readonly line: number
  readonly language: string
  readonly text: string
  /** The file name that the page gives it. */
  readonly title?: string | undefined
  /** Marked by the word `run` after the language: a test runs it. */
  readonly run: boolean
}

/** What apps/docs/.gitignore lists. */
const made =
  /^apps\/docs\/src\/content\/docs\/((packages|api)\/|concepts\/contract|guides\/(protocol|choose-a-method)|plugins\/list|backends|benchmarks)/

/** The READMEs, and the pages of the site but for those that the build makes of them. */
export const pagesWithSamples: readonly string[] = globSync(
  [
    'README.md',
    'packages/*/README.md',
    'packages/methods/*/README.md',
    'apps/docs/src/content/docs/**/*.{md,mdx}',
    'apps/docs/src/templates/**/*.md',
  ],
  { cwd: root },
)
  .map((path) => path.replaceAll('\\', '/'))
  .filter((path) => !made.test(path))
  .sort()

export function samplesOf(page: string): Sample[] {
  const text = readFileSync(join(root, page), 'utf8')
  return [...text.matchAll(/^```(\w+)([^\n]*)\n(.*?)^```$/gms)].map((match) => {
    const [, language, meta, block] = match
    return {
      page,
      line: text.slice(0, match.index).split('\n').length,
      language: language!,
      text: block!,
      title: meta!.match(/\btitle="([^"]+)"/)?.[1],
      run: /(^|\s)run(\s|$)/.test(meta!),
    }
  })
}
