import { existsSync, globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import ts from 'typescript'
import { describe, expect, it } from 'vitest'
import { root, workspacePackages } from './workspace.ts'

/** A program read from a README, at the path where it is to be thought to stand. */
interface Example {
  readonly readme: string
  /** Line of the README where the block begins. */
  readonly line: number
  readonly path: string
  readonly text: string
}

/**
 * The TypeScript blocks of a README. A block with imports is a program of its own; one without goes on from the blocks before
 * it, in a scope of its own, so that it may name its variables as they did.
 */
function examplesOf(readme: string): Example[] {
  const text = readFileSync(join(root, readme), 'utf8')
  let before = ''
  let depth = 0
  return [...text.matchAll(/^```(?:ts|typescript)\n(.*?)^```$/gms)].map((match) => {
    const block = match[1]!
    const standsAlone = /^import /m.test(block)
    before = standsAlone ? block : `${before}\n{\n${block}`
    depth = standsAlone ? 0 : depth + 1
    const line = text.slice(0, match.index).split('\n').length
    const path = join(root, `${readme.replaceAll(/[^\w]/g, '-')}-${line}.ts`)
    return { readme, line, path, text: `${before}${'\n}'.repeat(depth)}\nexport {}\n` }
  })
}

/** The type errors of each example, as a user would meet them who installed every package. */
function typeErrors(examples: readonly Example[]): Map<string, string[]> {
  const config = ts.readConfigFile(join(root, 'tsconfig.json'), ts.sys.readFile)
  const { options } = ts.parseJsonConfigFileContent(config.config, ts.sys, root, {
    noUnusedLocals: false,
    noUnusedParameters: false,
    paths: Object.fromEntries(
      workspacePackages.flatMap(({ folder, manifest }) =>
        Object.entries(manifest.exports ?? {}).flatMap(([entry, target]) =>
          typeof target === 'string' ? [] : [[manifest.name + entry.slice(1), [join(root, folder, target['source']!)]]],
        ),
      ),
    ),
  })
  const virtual = new Map(examples.map(({ path, text }) => [path.replaceAll('\\', '/'), text]))
  const host = ts.createCompilerHost(options)
  const { fileExists, readFile, getSourceFile } = host
  host.fileExists = (path) => virtual.has(path) || fileExists(path)
  host.readFile = (path) => virtual.get(path) ?? readFile(path)
  host.getSourceFile = (path, version, ...rest) => {
    const text = virtual.get(path)
    return text === undefined ? getSourceFile(path, version, ...rest) : ts.createSourceFile(path, text, version)
  }
  const program = ts.createProgram([...virtual.keys()], options, host)
  return new Map(
    examples.map(({ path }) => {
      const file = program.getSourceFile(path.replaceAll('\\', '/'))!
      const diagnostics = [...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file)]
      return [path, diagnostics.map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'))]
    }),
  )
}

const readmes = ['README.md', 'packages/*/README.md', 'packages/methods/*/README.md']
const examples = globSync(readmes, { cwd: root })
  .map((path) => path.replaceAll('\\', '/'))
  .filter((path) => existsSync(join(root, path)))
  .sort()
  .flatMap(examplesOf)

describe('the TypeScript examples of the READMEs', () => {
  const errors = typeErrors(examples)

  it.each(examples)('compile: $readme, line $line', ({ path }) => expect(errors.get(path)).toEqual([]))
})
