import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { ExplainError } from '@explainnet/core'
import { pollenSim, pollenSimClasses } from '@explainnet/datasets'
import { sortFlatFolder, splitFolder } from '@explainnet/datasets/folder'
import { decodeImage, writeImage } from '@explainnet/node'
import { Command } from 'commander'
import { progressBar, say, sayJSON } from './console.ts'
import { classesOption } from './datasets/classes-option.ts'
import { listCommand } from './datasets/list.ts'
import { mnist1dCommand } from './datasets/mnist1d.ts'
import { tinyImageNetCommand } from './datasets/tiny-imagenet.ts'
import type { CommandContext } from './program.ts'

export const datasetsCommand = (context: CommandContext): Command =>
  new Command('datasets')
    .description('prepare image folders, render pollen, generate MNIST-1D')
    .addCommand(listCommand(context))
    .addCommand(
      new Command('sort')
        .description('copy a flat folder (urtica_12.jpg, urtica (12).jpg) into class folders')
        .argument('<from>', 'folder of images')
        .argument('<to>', 'folder to make')
        .option('--json', 'as JSON')
        .action(async (from: string, to: string, options: { json?: boolean }) => {
          const report = await sortFlatFolder(from, to)
          if (options.json) return sayJSON(report)
          const { copied, already, conflicts, unnamed } = report
          say(`${copied.length} copied, ${already.length} were there already.`)
          for (const path of conflicts) say(`  not copied, another picture is there: ${path}`)
          for (const path of unnamed) say(`  not copied, its name tells no class: ${path}`)
          if (conflicts.length + unnamed.length > 0) context.fail()
        }),
    )
    .addCommand(
      new Command('split')
        .description('split a folder 64/16/20 by class, duplicates on one side; prints JSON')
        .argument('<folder>', 'class folders or flat files')
        .option('--seed <n>', 'seed of the split', Number, 0)
        .addOption(classesOption())
        .action(async (folder: string, options: { seed: number; classes?: string[] }) => {
          const split = await splitFolder(folder, { ...options, decode: decodeImage, onCorrupt: 'skip' })
          sayJSON(split)
          for (const { path, reason } of split.corrupt) say(`left out, cannot be read: ${path} (${reason})`)
          if (split.corrupt.length > 0) context.fail()
        }),
    )
    .addCommand(tinyImageNetCommand(context))
    .addCommand(mnist1dCommand())
    .addCommand(
      new Command('pollen-sim')
        .description(`render pollen with planted traits (${pollenSimClasses.join(', ')})`)
        .argument('<to>', 'folder to make, one folder a class')
        .option('--count <n>', 'pictures', Number, 100)
        .option('--seed <n>', 'seed of the set', Number, 0)
        .option('--size <pixels>', 'width and height', Number, 128)
        .option('--masks', "write the traits' masks too")
        .action(async (to: string, options: { count: number; seed: number; size: number; masks?: boolean }) => {
          if (!Number.isInteger(options.count) || options.count < 1) {
            throw new ExplainError('bad-option', `--count is ${options.count}.`, 'It must be a whole number from 1.')
          }
          const bar = progressBar()
          for (let index = 0; index < options.count; index++) {
            bar.update(index / options.count, `picture ${index + 1} of ${options.count}`)
            const image = pollenSim({ seed: options.seed, index, size: options.size, mask: options.masks === true })
            const folder = join(to, image.className)
            await mkdir(folder, { recursive: true })
            const name = `${image.className}_${String(index).padStart(5, '0')}`
            await writeImage(join(folder, `${name}.png`), image)
            if (image.mask) {
              const data = new Uint8Array(image.mask.length * 3)
              image.mask.forEach((value, i) => {
                data.fill(255 * value, 3 * i, 3 * i + 3)
              })
              await mkdir(join(to, 'masks'), { recursive: true })
              await writeImage(join(to, 'masks', `${name}.png`), { ...image, data })
            }
          }
          bar.stop()
          say(`${options.count} pictures in ${to}`)
        }),
    )
