import { join, posix } from 'node:path'
import ts from 'typescript'
import { describe, expect, it } from 'vitest'
import { pagesWithSamples, samplesOf } from './samples.ts'
import { root, workspacePackages } from './workspace.ts'

/** A program read from a page, at the path where it is to be thought to stand. */
interface Example {
  readonly page: string
  readonly line: number
  readonly path: string
  readonly text: string
}

/**
 * The TypeScript blocks of a page. A block with imports is a program of its own, which others may import by its title; one without goes
 * on from the blocks before it, in a scope of its own, so that it may name its variables as they did.
 */
function examplesOf(page: string): Example[] {
  let before = ''
  let depth = 0
  return samplesOf(page)
    .filter(({ language }) => language === 'ts' || language === 'typescript')
    .map(({ line, title, text }) => {
      const standsAlone = /^import /m.test(text)
      before = standsAlone ? text : `${before}\n{\n${text}`
      depth = standsAlone ? 0 : depth + 1
      const path = join(root, page.replaceAll(/[^\w]/g, '-'), title ?? `${line}.ts`)
      return { page, line, path, text: `${before}${'\n}'.repeat(depth)}\nexport {}\n` }
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
  const { fileExists, directoryExists, readFile, getSourceFile } = host
  const folders = new Set([...virtual.keys()].map((path) => posix.dirname(path)))
  host.fileExists = (path) => virtual.has(path) || fileExists(path)
  host.directoryExists = (path) => folders.has(path) || (directoryExists?.(path) ?? false)
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

const examples = pagesWithSamples.flatMap(examplesOf)

describe('the TypeScript examples of the READMEs and of the site', () => {
  const errors = typeErrors(examples)

  it.each(examples)('compile: $page, line $line', ({ path }) => expect(errors.get(path)).toEqual([]))

  it('have paths of their own', () => expect(new Set(examples.map(({ path }) => path)).size).toBe(examples.length))
})
