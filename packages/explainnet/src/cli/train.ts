import { ExplainError } from '@explainnet/core'
import { registerGradients } from '@explainnet/gradients'
import type { ClassificationReport } from '@explainnet/metrics'
import { decodeImage, useBackend } from '@explainnet/node'
import {
  loadPublishedMnist1d,
  trainHmt,
  trainMnist1d,
  trainPollen,
  trainPollenShortcut,
  trainPollenSim,
  trainTinyImageNet,
} from '@explainnet/studies'
import { Command } from 'commander'
import { percent, progressBar, say, sayJSON } from './console.ts'
import { dataFolder } from './evaluate.ts'
import { wholeNumber } from './explain.ts'
import type { CommandContext } from './program.ts'
import { tinyImageNetFolder } from './tiny-imagenet-folder.ts'

interface TrainCommandOptions {
  readonly data?: string
  readonly out: string
  readonly state?: string
  readonly epochs?: number
  readonly seed: number
  readonly json?: boolean
}

const withTrainOptions = (command: Command): Command =>
  command
    .option('--out <folder>', 'where the model goes', `models/${command.name()}`)
    .option('--state <folder>', 'where the run is kept, so that a stopped one goes on; default: <out>.state')
    .option('--epochs <n>', "epochs; default: the recipe's", wholeNumber)
    .option('--seed <n>', 'seed of weights, order and augmentation', wholeNumber, 0)
    .option('--json', 'print results as JSON on stdout, and nothing else there')

/** What both trainings share: backend, progress by epoch, and a state to go on from. */
async function training(options: TrainCommandOptions, signal: AbortSignal) {
  if (options.epochs === 0) throw new ExplainError('bad-option', '--epochs is 0.', 'It must be at least 1.')
  await useBackend('wasm')
  // Training is ours alone here, so the faster gradients may replace those of tfjs-layers.
  registerGradients({ override: true })
  const bar = progressBar()
  let epochText = ''
  return {
    bar,
    common: {
      out: options.out,
      folder: options.state ?? `${options.out}.state`,
      seed: options.seed,
      signal,
      ...(options.epochs === undefined ? {} : { recipe: { epochs: options.epochs } }),
      onStep: ({ epoch, step, epochs, stepsPerEpoch, loss }: Step) =>
        bar.update(
          (epoch - 1 + step / stepsPerEpoch) / epochs,
          `epoch ${epoch} of ${epochs}, loss ${loss.toFixed(3)}${epochText}`,
        ),
      onEpoch: ({ validationAccuracy }: { validationAccuracy: number }) => {
        epochText = `, validation ${percent(validationAccuracy)}`
      },
    },
  }
}

interface Step {
  readonly epoch: number
  readonly step: number
  readonly epochs: number
  readonly stepsPerEpoch: number
  readonly loss: number
}

export const trainCommand = ({ signal }: CommandContext): Command =>
  new Command('train')
    .description('train the committed networks again')
    .addCommand(
      withTrainOptions(
        new Command('pollen').description('the 23-class network on POLLEN23E (half an hour on one core)'),
      )
        .option('--data <folder>', 'folder of class folders; default: pollen23e in EXPLAINNET_DATA')
        .action(async (options: TrainCommandOptions) => {
          const { bar, common } = await training(options, signal)
          const report = await trainPollen(dataFolder(options.data), { ...common, decode: decodeImage }).finally(() =>
            bar.stop(),
          )
          sayReport(report, options)
        }),
    )
    .addCommand(
      withTrainOptions(
        new Command('hmt').description('the histology network on a folder of tiles; no accuracy is claimed for it'),
      )
        .requiredOption('--data <folder>', 'folder of class folders, such as the 5,000 tiles of Kather et al. 2016')
        .action(async (options: TrainCommandOptions & { data: string }) => {
          const { bar, common } = await training(options, signal)
          const report = await trainHmt(options.data, { ...common, decode: decodeImage }).finally(() => bar.stop())
          sayReport(report, options)
        }),
    )
    .addCommand(
      withTrainOptions(
        new Command('pollen-shortcut').description(
          'the two networks of the shortcut study: one that a scale bar misleads, and its control (five minutes on one core)',
        ),
      ).action(async (options: TrainCommandOptions) => {
        const { bar, common } = await training(options, signal)
        const checks = await trainPollenShortcut({
          ...common,
          onPicture: (done, count) => bar.update(0, `rendering picture ${done} of ${count}`),
        }).finally(() => bar.stop())
        sayJSON(checks)
        say(`Models: ${options.out}`)
      }),
    )
    .addCommand(
      withTrainOptions(
        new Command('pollen-sim').description('the network for rendered pollen (twenty minutes on one core)'),
      ).action(async (options: TrainCommandOptions) => {
        const { bar, common } = await training(options, signal)
        const check = await trainPollenSim({
          ...common,
          onPicture: (done, count) => bar.update(0, `rendering picture ${done} of ${count}`),
        }).finally(() => bar.stop())
        sayJSON(check)
        say(`Model: ${options.out}`)
      }),
    )
    .addCommand(
      withTrainOptions(new Command('mnist1d').description('the 1-D network on MNIST-1D (two minutes on one core)'))
        .option('--data <file>', 'mnist1d_data.pkl or its safetensors; default: the one in EXPLAINNET_DATA')
        .action(async (options: TrainCommandOptions) => {
          const data = await loadPublishedMnist1d(options.data)
          const { bar, common } = await training(options, signal)
          const { probabilities: _, ...report } = await trainMnist1d(data, common).finally(() => bar.stop())
          sayReport(report, options)
        }),
    )
    .addCommand(
      withTrainOptions(
        new Command('tiny-imagenet').description(
          'the network for five classes of Tiny ImageNet (half an hour on one core)',
        ),
      )
        .option('--data <folder>', 'folder that holds train and val; default: tinyimagenet in EXPLAINNET_DATA')
        .action(async (options: TrainCommandOptions) => {
          const folder = tinyImageNetFolder(options.data)
          const { bar, common } = await training(options, signal)
          const report = await trainTinyImageNet(folder, { ...common, decode: decodeImage }).finally(() => bar.stop())
          sayReport(report, options)
        }),
    )

function sayReport(report: ClassificationReport, { json, out }: TrainCommandOptions): void {
  if (json) {
    sayJSON(report)
    return
  }
  const { accuracy, interval, correct, count } = report
  say(
    `Test accuracy ${accuracy.toFixed(4)} (${correct} of ${count}; 95 % Wilson interval ${percent(interval.low)} – ${percent(interval.high)})`,
  )
  say(`Model: ${out}`)
}
