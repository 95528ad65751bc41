import { copyFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { describePreprocessing, ExplainError, type LayeredModel, preprocessingFor } from '@explainnet/core'
import { type BackendInfo, useBackend } from '@explainnet/node'
import {
  type ExplainedImage,
  explainImages,
  type FailedImage,
  type ImageSource,
  pollenModelPath,
  type ShareRow,
  writeReport,
} from '@explainnet/studies'
import { Command, InvalidArgumentError } from 'commander'
import { type BackendOption, backendOption } from './backend-option.ts'
import { percent, progressBar, say, sayJSON, table } from './console.ts'
import { findImages } from './images-argument.ts'
import { type MethodOptions, readMethods } from './method-option.ts'
import { type ModelOptions, withModelOptions } from './model-option.ts'
import type { CommandContext } from './program.ts'
import { readTarget } from './target-option.ts'
import { loadInWorkers, type WorkersOption, workersOption } from './workers-option.ts'

export interface ExplainCommandOptions extends ModelOptions, MethodOptions, BackendOption, WorkersOption {
  readonly target?: string
  readonly against?: string
  readonly out: string
  readonly values?: string
  readonly seed: number
  readonly memory?: number
  readonly json?: boolean
}

const collect = (value: string, before: readonly string[] = []) => [...before, value]
export const wholeNumber = (text: string): number => {
  if (!/^\d+$/.test(text)) throw new InvalidArgumentError('It must be a whole number from 0.')
  return Number(text)
}

/** What `explain` and `start` have in common. */
export const withExplainOptions = (command: Command): Command =>
  command
    .option(
      '--method <names>',
      'methods: names with commas, ./file.js, or a package (repeatable; default: ours that take few passes)',
      collect,
    )
    .option('--option <method.option=value>', 'an option of a method (repeatable; see `explainnet methods`)', collect)
    .option('--target <index|label|top3>', 'what to explain; default: the predicted class')
    .option('--against <label>', 'explain the target rather than this class')
    .option('--layer <name|all>', 'the layer of CAM methods; all: a sweep')
    .option('--baseline <name>', 'black, grey, white, mean, blur, uniform, blur:8, value:0.5; several with commas')
    .option('--out <dir>', 'where the report goes', 'report')
    .option('--seed <n>', 'seed of the sampled methods', wholeNumber, 0)
    .option('--memory <MiB>', 'bound on the memory of a pass', wholeNumber)
    .addOption(backendOption())
    .addOption(workersOption())
    .option('--json', 'print results as JSON on stdout, and nothing else there')

export const explainCommand = (context: CommandContext): Command =>
  withExplainOptions(
    withModelOptions(
      new Command('explain')
        .description('explain what a model sees in images')
        .argument('<images...>', 'files, folders or globs'),
      'tfjs model folder or model.json; default: the pollen network',
    ),
  )
    .option('--values <file.safetensors>', 'copy the values and inputs there (one image and one method)')
    .action(async (images: string[], options: ExplainCommandOptions) => {
      await explainSources(await findImages(images), { ...options, model: options.model ?? pollenModelPath }, context)
    })

/** Explains, prints and writes the report; the exit code is 1 if a picture failed. */
export async function explainSources(
  sources: readonly ImageSource[],
  options: ExplainCommandOptions & { readonly model: string },
  context: CommandContext,
): Promise<void> {
  const backend = await useBackend(options.backend)
  const model = await loadInWorkers(options, backend.name)
  try {
    await explainBy(model, backend, sources, options, context)
  } finally {
    await model.close()
  }
}

async function explainBy(
  model: LayeredModel,
  backend: BackendInfo,
  sources: readonly ImageSource[],
  options: ExplainCommandOptions & { readonly model: string },
  { signal, fail }: CommandContext,
): Promise<void> {
  const { preprocessing, warning: guess } = preprocessingFor(model)
  const methods = await readMethods(options, model)
  const target = readTarget(options.target, options.against)
  say(
    `${model.card?.name ?? options.model} on ${backend.name} (${backend.device}); ${describePreprocessing(preprocessing)}`,
  )
  if (guess) say(`! ${guess.message}`)
  const wantsOne = options.values !== undefined && (sources.length > 1 || methods.length > 1)
  if (wantsOne) {
    throw new ExplainError(
      'bad-option',
      `--values takes one image and one method, here are ${sources.length} and ${methods.length}.`,
      `Without it, all values are kept in ${join(options.out, 'values')}.`,
    )
  }
  const folder = resolve(options.out, 'values')
  const explained: ExplainedImage[] = []
  const failed: FailedImage[] = []
  const bar = progressBar()
  const memory = options.memory === undefined ? undefined : options.memory * 2 ** 20
  const onProgress = ({ share, image, method }: { share: number; image: string; method: string }) =>
    bar.update(share, `${image}: ${method}`)
  try {
    for await (const item of explainImages(sources, {
      model,
      methods,
      target,
      seed: options.seed,
      memory,
      signal,
      folder,
      onProgress,
    })) {
      if ('error' in item) failed.push(item)
      else explained.push(item)
    }
  } finally {
    bar.stop()
  }
  for (const { source, error } of failed) {
    say(`${source.name}: ${error.message}`)
    fail()
  }
  if (explained.length === 0) return
  if (options.values) await copyFile(explained[0]!.results[0]!.path!, options.values)
  const report = await writeReport(explained, { out: resolve(options.out), model, failed })
  if (options.json) return sayJSON(summarise(explained, failed, report))
  for (const item of explained) printImage(item)
  printShares(report.shares)
  say(`\nReport: ${report.path}`)
}

function printImage({ source, results }: ExplainedImage): void {
  const first = results[0]!.attribution.certificate.targets[0]!
  const { prediction } = first
  const confidence = prediction?.probability === undefined ? '' : ` (${percent(prediction.probability)})`
  const truth =
    source.truth === undefined ? '' : source.truth === prediction?.name ? ', right' : `, truth: ${source.truth}`
  say(`\n${source.name}: ${prediction?.name ?? first.name}${confidence}${truth}`)
  for (const { method, attribution } of results) {
    const { evidence, cost, warnings, targets } = attribution.certificate
    const parts = [
      targets.length > 1 || targets[0]!.index !== prediction?.index ? targets.map((one) => one.name).join(', ') : '',
      evidence.completeness ? `completeness off by ${percent(Math.abs(evidence.completeness.relative[0]!), 2)}` : '',
      evidence.change ? `last change ${percent(evidence.change[0]!)}` : '',
      evidence.fit ? `R² of the linear model ${evidence.fit[0]!.toFixed(2)}` : '',
      evidence.standardError ? `standard error ${percent(evidence.standardError[0]!)}` : '',
      `${cost.forward} forward, ${cost.backward} backward, ${(cost.milliseconds / 1000).toFixed(2)} s`,
    ]
    say(`  ${method.title.padEnd(22)} ${parts.filter(Boolean).join('; ')}`)
    for (const warning of warnings) say(`    ! ${warning.message}`)
  }
}

/** How much of the relevance fell on the planted traits, beside maps that know nothing of the network. */
function printShares(shares: readonly ShareRow[]): void {
  if (shares.length === 0) return
  say('\nRelevance on the planted trait, mean of the images (95 % interval):')
  const rows = shares.map(({ name, control, positive: { mean, low, high } }) => [
    control ? `  (${name})` : `  ${name}`,
    percent(mean),
    `${percent(low)} – ${percent(high)}`,
  ])
  say(table(rows, [1]))
}

const summarise = (
  explained: readonly ExplainedImage[],
  failed: readonly FailedImage[],
  { path, shares }: Awaited<ReturnType<typeof writeReport>>,
) => ({
  report: path,
  traitShares: shares,
  images: explained.map(({ source, results }) => ({
    image: source.name,
    truth: source.truth,
    results: results.map(({ method, attribution, path: values }) => ({
      method: method.name,
      values,
      certificate: attribution.certificate,
    })),
  })),
  failed: failed.map(({ source, error }) => ({ image: source.name, code: error.code, message: error.message })),
})
