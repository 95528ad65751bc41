import { join, resolve } from 'node:path'
import { type Comparison, compare, comparisonPage } from '@explainnet/compare'
import {
  describePreprocessing,
  ExplainError,
  type LayeredModel,
  type NDArray,
  prepareImage,
  preprocessingFor,
} from '@explainnet/core'
import { pollenSim } from '@explainnet/datasets'
import { loadModel, readImage, useBackend, writeFileAtomic } from '@explainnet/node'
import {
  comparedTechniques,
  measurementFiles,
  type NamedMethod,
  picturesWithTrait,
  pollenSimModelPath,
} from '@explainnet/studies'
import { Command, InvalidArgumentError } from 'commander'
import { type BackendOption, backendOption } from './backend-option.ts'
import { percent, progressBar, say, sayJSON, table } from './console.ts'
import { wholeNumber } from './explain.ts'
import { findImages } from './images-argument.ts'
import { type MethodOptions, readMethods } from './method-option.ts'
import { loadModelOption, type ModelOptions, withModelOptions } from './model-option.ts'
import type { CommandContext } from './program.ts'

interface CompareCommandOptions extends ModelOptions, MethodOptions, BackendOption {
  readonly budget?: NonNullable<Parameters<typeof compare>[3]>['budget']
  readonly masks?: string
  readonly classFolders?: boolean
  readonly out: string
  readonly seed: number
  readonly memory?: number
  readonly json?: boolean
}

/** Rendered pictures that are compared on where no images are given. */
const rendered = 24

const collect = (value: string, before: readonly string[] = []) => [...before, value]

/** `60000` are passes, `90s` and `5min` a time. */
function readBudget(text: string): { passes: number } | { milliseconds: number } {
  const [, number, unit] = /^(\d+)\s*(s|min)?$/.exec(text) ?? []
  if (number === undefined) throw new InvalidArgumentError('Write passes (60000), or a time (90s, 5min).')
  if (unit === undefined) return { passes: Number(number) }
  return { milliseconds: Number(number) * (unit === 's' ? 1000 : 60_000) }
}

export const compareCommand = ({ signal }: CommandContext): Command =>
  withModelOptions(
    new Command('compare')
      .description('choose a method for a model on evidence: sanity first, then faithfulness, robustness, cost')
      .argument('[images...]', 'files, folders or globs; default: rendered pollen and its network'),
    'tfjs model folder, model.json or Keras file; default: the network for rendered pollen',
  )
    .option(
      '--method <names>',
      'methods: names with commas, ./file.js, or a package (repeatable; default: one of each family)',
      collect,
    )
    .option('--option <method.option=value>', 'an option of a method (repeatable; see `explainnet methods`)', collect)
    .option('--budget <passes|time>', 'what it may cost: 60000 (default), 90s, 5min', readBudget)
    .option('--masks <folder>', 'where the answer lies: a PNG of the name of each image, black outside')
    .option('--class-folders', 'the folder of each image is the name of its class, to hold the network to')
    .option(
      '--out <dir>',
      'where the report goes; measurements are kept in it, so that a stopped run goes on',
      'report/compare',
    )
    .option('--seed <n>', 'seed of randomised networks and sampled methods', wholeNumber, 0)
    .option('--memory <MiB>', 'bound on the memory of a pass', wholeNumber)
    .addOption(backendOption())
    .option('--json', 'print the comparison as JSON on stdout, and nothing else there')
    .action(async (patterns: string[], options: CompareCommandOptions) => {
      const backend = await useBackend(options.backend)
      const model = await loadModelOption({ ...options, model: options.model ?? pollenSimModelPath }, loadModel)
      const { preprocessing, warning } = preprocessingFor(model)
      say(
        `${model.card?.name ?? options.model} on ${backend.name} (${backend.device}); ${describePreprocessing(preprocessing)}`,
      )
      if (warning) say(`! ${warning.message}`)
      const { input, labels, masks } =
        patterns.length > 0 ? await given(patterns, model, options) : renderedExamples(model)
      const methods = options.method ? await readMethods(options, model) : defaults(options)
      const out = resolve(options.out)
      const bar = progressBar()
      const found = await compare(model, input, methods, {
        budget: options.budget,
        seed: options.seed,
        memory: options.memory === undefined ? undefined : options.memory * 2 ** 20,
        labels,
        masks,
        signal,
        store: measurementFiles(join(out, 'kept')),
        onProgress: bar.update,
      }).finally(() => bar.stop())
      const page = join(out, 'index.html')
      await writeFileAtomic(join(out, 'comparison.json'), `${JSON.stringify(found, null, 2)}\n`)
      await writeFileAtomic(page, comparisonPage(found))
      if (options.json) return sayJSON(found)
      print(found)
      say(`\nReport: ${page}`)
    })

function defaults({ option }: MethodOptions): NamedMethod[] {
  if (!option) return comparedTechniques()
  throw new ExplainError('bad-option', '--option is given without --method.', 'Name the methods too.')
}

interface Examples {
  readonly input: NDArray
  readonly labels?: readonly number[] | undefined
  readonly masks?: NDArray | undefined
}

async function given(
  patterns: readonly string[],
  model: LayeredModel,
  { masks, classFolders }: CompareCommandOptions,
): Promise<Examples> {
  const { preprocessing } = preprocessingFor(model)
  const sources = await findImages(patterns)
  const inputs: NDArray[] = []
  const inside: NDArray[] = []
  for (const { name, load } of sources) {
    inputs.push(prepareImage(await load(), preprocessing).input)
    if (!masks) continue
    const mask = await readImage(join(masks, `${name}.png`))
    // The way of the picture, without what is done to its values.
    const { size, resize } = preprocessing
    const { shape, data } = prepareImage(mask, { size, resize, channelOrder: 'grey' }).input
    inside.push({ shape: shape.slice(0, -1), data: data.map((value) => (value > 0.5 ? 1 : 0)) })
  }
  return {
    input: stacked(inputs),
    labels: classFolders ? sources.map(({ folder }) => labelOf(model, folder)) : undefined,
    masks: masks ? stacked(inside) : undefined,
  }
}

function labelOf({ card }: LayeredModel, folder: string): number {
  const label = card?.labels?.indexOf(folder) ?? -1
  if (label >= 0) return label
  throw new ExplainError(
    'unknown-label',
    `The folder '${folder}' is no class of the model.`,
    `Its classes are ${card?.labels?.join(', ') ?? 'not named: give --labels'}.`,
  )
}

/** Held-out pictures; the planted traits are not told. */
function renderedExamples(model: LayeredModel): Examples {
  const { preprocessing } = preprocessingFor(model)
  const images = picturesWithTrait(rendered).map((index) => pollenSim({ seed: 0, index }))
  return {
    input: stacked(images.map((image) => prepareImage(image, preprocessing).input)),
    labels: images.map(({ label }) => label),
  }
}

function stacked(rows: readonly NDArray[]): NDArray {
  const [, ...rest] = rows[0]!.shape
  const data = new Float32Array(rows.length * rows[0]!.data.length)
  rows.forEach((row, i) => {
    if (row.shape.slice(1).join() !== rest.join()) {
      throw new ExplainError(
        'bad-shape',
        'The images have different sizes.',
        'Give the model a size: --preprocess \'{"size":[224,224]}\'.',
      )
    }
    data.set(row.data, i * row.data.length)
  })
  return { shape: [rows.length, ...rest], data }
}

function print({ network, ranking, methods, recommendation, budget, metrics }: Comparison): void {
  say(`\nThe network: ${network.reason}`)
  if (ranking.length > 0) {
    say('\nRanking (mean rank over metrics and examples, 95 % interval):')
    const rows = ranking.map(({ title, meanRank: { mean, low, high }, first, overRandom }) => [
      `  ${title}`,
      mean.toFixed(2),
      `${low.toFixed(2)} – ${high.toFixed(2)}`,
      `first in ${percent(first, 0)}`,
      `beats a random map on ${overRandom.length} of ${metrics.length}`,
    ])
    say(table(rows, [1]))
  }
  for (const { title, outcome, reason } of methods) if (outcome !== 'ranked') say(`  ${title}: ${reason}`)
  say(`\n${recommendation.text}`)
  for (const reason of recommendation.reasons) say(`  ${reason}`)
  for (const limit of recommendation.limits) say(`  ! ${limit}`)
  say(`\n${budget.spent} passes.`)
}
