import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Kind, kinds } from './kinds.ts'
import { capitalised, type Names, namesOf } from './names.ts'
import { Refused } from './refused.ts'

export interface CreateMethodOptions {
  /** The package's name on npm: `explainnet-window-drop`, `@me/window-drop`. */
  readonly name: string
  readonly kind: Kind
  /** Where the package's folder is made. Default: the working folder. */
  readonly parent?: string | undefined
}

// The same from src as from dist.
const own = fileURLToPath(new URL('..', import.meta.url))

/**
 * Writes a package with a whole method that passes the conformance suite, to be changed into yours: source, test, README, licence,
 * workflow. Returns its folder. Throws `Refused` for a bad name and where the folder has something in it already.
 */
export async function createMethod({ name, kind, parent = '.' }: CreateMethodOptions): Promise<string> {
  const names = namesOf(name)
  const folder = resolve(parent, names.folder)
  await refuseFull(folder)
  const { version } = JSON.parse(await readFile(join(own, 'package.json'), 'utf8')) as { version: string }
  const files = [...(await templateFiles('every')), ...(await templateFiles(kind))]
  for (const { text } of files) refuseTaken(names, text)
  for (const { path, text } of files) {
    const target = join(folder, path.replace(template.method, names.method))
    await mkdir(dirname(target), { recursive: true })
    // An empty folder may have been filled meanwhile.
    await writeFile(target, filled(text, names, kind, version), { flag: 'wx' })
  }
  return folder
}

async function refuseFull(folder: string): Promise<void> {
  const found = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return []
    if (error.code === 'ENOTDIR') throw new Refused(`${folder} is a file. Take another name.`)
    throw error
  })
  if (found.length > 0) throw new Refused(`${folder} is not empty. Take another name, or another folder.`)
}

interface TemplateFile {
  readonly path: string
  readonly text: string
}

/** npm leaves out or reads package.json and files whose names begin with a dot: here they begin with `_`. */
async function templateFiles(part: string): Promise<TemplateFile[]> {
  const folder = join(own, 'template', part)
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  return await Promise.all(
    entries
      .filter((entry) => entry.isFile())
      .map(async (entry) => {
        const path = join(entry.parentPath, entry.name)
        const inside = path.slice(folder.length + 1)
        return { path: inside.replace(/^_(?=package)/, '').replace(/^_/, '.'), text: await readFile(path, 'utf8') }
      }),
  )
}

/** The template's own names, which are valid in every place where they stand. */
const template = namesOf('explainnet-my-method')

function refuseTaken({ factory, method }: Names, text: string): void {
  if (factory === template.factory || !/^import /m.test(text)) return
  if (!new RegExp(`\\b${factory}\\b`).test(text) && isIdentifier(factory)) return
  throw new Refused(`A method cannot be called '${method}': in JavaScript ${factory} is something else.`)
}

function isIdentifier(word: string): boolean {
  try {
    new Function(`'use strict'; const ${word} = 0`)
    return true
  } catch {
    return false
  }
}

function filled(text: string, names: Names, kind: Kind, version: string): string {
  const words: Readonly<Record<string, string>> = {
    [template.package]: names.package,
    [template.method]: names.method,
    [template.factory]: names.factory,
    [capitalised(template.factory)]: capitalised(names.factory),
    [template.title]: names.title,
    'What it computes.': kinds[kind].about,
    'What it costs': kinds[kind].cost,
    '^0.0.0': `^${version}`,
  }
  const pattern = Object.keys(words)
    .map((word) => word.replaceAll(/[.^]/g, '\\$&'))
    .join('|')
  return text.replaceAll(new RegExp(pattern, 'g'), (word) => words[word]!)
}
