import { candidateLayers, describePreprocessing } from '@explainnet/core'
import { loadModel, useBackend } from '@explainnet/node'
import { pollenModelPath } from '@explainnet/studies'
import { Command } from 'commander'
import { sayJSON, table } from './console.ts'
import { loadModelOption, type ModelOptions, withModelOptions } from './model-option.ts'

export const inspectCommand = (): Command =>
  withModelOptions(new Command('inspect'), 'folder or model.json; default: the pollen network')
    .description('show layers, shapes, the layer that Grad-CAM would take, and the final activation')
    .option('--json', 'as JSON')
    .action(async (options: ModelOptions & { json?: boolean }) => {
      await useBackend('wasm')
      const model = await loadModelOption({ ...options, model: options.model ?? pollenModelPath }, loadModel)
      const layers = model.layers()
      const candidates = candidateLayers(model)
      const cam = model.card?.targetLayer ?? candidates.at(-1)?.name
      const summary = {
        kind: model.kind,
        inputs: model.inputs,
        outputs: model.outputs,
        finalActivation: model.finalActivation,
        camLayer: cam,
        card: model.card,
        sha256: await model.fingerprint?.(),
        layers,
      }
      if (options.json) return sayJSON(summary)
      const show = (shape: readonly (number | null)[]) => `[${shape.map((side) => side ?? '…').join(', ')}]`
      const rows = layers.map((layer) => [
        layer.name,
        layer.type,
        show(layer.shape),
        layer.name === cam ? '← Grad-CAM' : candidates.includes(layer) ? 'possible' : '',
      ])
      const facts = [
        ['kind', model.kind],
        ['inputs', model.inputs.map((input) => `${input.name} ${show(input.shape)} ${input.dtype}`).join('; ')],
        ['outputs', model.outputs.map((output) => `${output.name} ${show(output.shape)}`).join('; ')],
        [
          'final activation',
          `${model.finalActivation}${model.finalActivation === 'none' ? '' : ' (left out for logits)'}`,
        ],
        [
          'preprocessing',
          model.card?.input ? describePreprocessing(model.card.input) : 'no card: pixels / 255 would be a guess',
        ],
        ['labels', model.card?.labels?.join(', ') ?? 'none'],
        ['sha256', summary.sha256 ?? 'none'],
      ]
      process.stdout.write(`${table(facts)}\n\n${table([['layer', 'type', 'output', 'CAM'], ...rows])}\n`)
    })
