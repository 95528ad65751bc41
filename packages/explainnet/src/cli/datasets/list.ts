import { join } from 'node:path'
import { type LabelledFile, listFolder, listTinyImageNet, readFolder, readWordNames } from '@explainnet/datasets/folder'
import { decodeImage } from '@explainnet/node'
import { Command, Option } from 'commander'
import { progressBar, say, sayJSON, table } from '../console.ts'
import type { CommandContext } from '../program.ts'
import { classesOption } from './classes-option.ts'

interface ListCommandOptions {
  readonly classes?: readonly string[]
  readonly side?: 'train' | 'val'
  readonly check?: boolean
  readonly json?: boolean
}

export const listCommand = ({ fail, signal }: CommandContext): Command =>
  new Command('list')
    .description('count the images of each class, such as those of HMT or Tiny ImageNet')
    .argument('<folder>', 'class folders or flat files')
    .addOption(classesOption())
    .addOption(
      new Option('--side <name>', 'the folder is that of Tiny ImageNet as downloaded').choices(['train', 'val']),
    )
    .option('--check', 'decode every image; those that cannot be read are listed at the end')
    .option('--json', 'as JSON')
    .action(async (folder: string, { classes, side, check = false, json }: ListCommandOptions) => {
      const files = side ? await listTinyImageNet(folder, side, { classes }) : await listFolder(folder, { classes })
      const words = side ? await readWordNames(join(folder, 'words.txt')) : undefined
      const corrupt = check ? await unreadable(folder, files, signal) : []
      const labels = [...new Set(files.map((file) => file.label))]
      const counts = labels.map((label) => ({
        label,
        ...(words?.has(label) ? { words: words.get(label) } : {}),
        images: files.filter((file) => file.label === label).length,
      }))
      if (corrupt.length > 0) fail()
      if (json) return sayJSON({ classes: counts, images: files.length, ...(check ? { corrupt } : {}) })
      const rows = counts.map(({ label, words: name, images }) => [label, String(images), name ?? ''])
      process.stdout.write(`${table([['class', 'images', ''], ...rows], [1])}\n\n${files.length} in all\n`)
      for (const { path, reason } of corrupt) say(`  cannot be read: ${path} (${reason})`)
    })

async function unreadable(folder: string, files: readonly LabelledFile[], signal: AbortSignal) {
  const corrupt: { readonly path: string; readonly reason: string }[] = []
  const bar = progressBar()
  let done = 0
  const reading = {
    decode: decodeImage,
    onCorrupt: 'skip',
    corrupt: (file: (typeof corrupt)[number]) => corrupt.push(file),
  } as const
  for await (const { path } of readFolder(folder, files, reading)) {
    signal.throwIfAborted()
    bar.update(++done / files.length, path)
  }
  bar.stop()
  return corrupt
}
