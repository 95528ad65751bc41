import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { pollenSim, pollenSimSplit } from '@explainnet/datasets'
import { listFolder } from '@explainnet/datasets/folder'
import { readImage } from '@explainnet/node'
import { type ImageSource, pollenModelPath, pollenSimModelPath, readHeldOut } from '@explainnet/studies'
import { Command } from 'commander'
import { say } from './console.ts'
import { type ExplainCommandOptions, explainSources, withExplainOptions } from './explain.ts'
import type { CommandContext } from './program.ts'

/** Classes of rendered pollen that are shown, one picture each. */
const rendered = 5
const photographs = 5

export const startCommand = (context: CommandContext): Command =>
  withExplainOptions(
    new Command('start').description(
      'explain rendered pollen, or photographs of pollen with --data or EXPLAINNET_DATA',
    ),
  )
    .option('--data <folder>', 'a data set of pollen photographs in class folders')
    .action(async (given: ExplainCommandOptions & { data?: string }) => {
      // Grains lie on a bright field: black is no absence to these networks, and the certificate would say so.
      const options = { ...given, baseline: given.baseline ?? 'mean' }
      const root = process.env['EXPLAINNET_DATA']
      const inRoot = root === undefined ? undefined : join(root, 'pollen23e')
      const data = options.data ?? (inRoot && existsSync(inRoot) ? inRoot : undefined)
      if (data) {
        say(`Explaining photographs of ${data} by the 23-class pollen network.`)
        await explainSources(await testPhotographs(data), { ...options, model: pollenModelPath }, context)
      } else {
        say('Explaining rendered pollen, whose planted traits are known, by the network trained on it.')
        await explainSources(renderedGrains(), { ...options, model: pollenSimModelPath }, context)
      }
    })

/** Held-out pictures of different classes, with their planted traits. */
function renderedGrains(): ImageSource[] {
  const sources: ImageSource[] = []
  const seen = new Set<string>(['psilate'])
  for (const index of pollenSimSplit('test', 200)) {
    if (sources.length === rendered) break
    const image = pollenSim({ seed: 0, index, mask: true })
    if (seen.has(image.className)) continue
    seen.add(image.className)
    const { width, height, mask, grain, className } = image
    const trait = { width, height, mask: mask!, grain }
    sources.push({ name: `grain-${index}`, truth: className, trait, load: async () => image })
  }
  return sources
}

/** One photograph of each of the first classes that the network was not trained on. */
async function testPhotographs(folder: string): Promise<ImageSource[]> {
  const held = new Set((await readHeldOut()).test.map((file) => file.path))
  const files = await listFolder(folder)
  const chosen = new Map<string, (typeof files)[number]>()
  for (const file of files) {
    const before = chosen.get(file.label)
    if (!before || (!held.has(before.path) && held.has(file.path))) chosen.set(file.label, file)
  }
  const every = Math.max(1, Math.floor(chosen.size / photographs))
  return [...chosen.values()]
    .filter((_, i) => i % every === 0)
    .slice(0, photographs)
    .map(({ path, label }) => ({
      name: path.replace(/\.[^.]+$/, '').replaceAll(/[/\\]/g, '-'),
      truth: label,
      load: () => readImage(join(folder, path)),
    }))
}
