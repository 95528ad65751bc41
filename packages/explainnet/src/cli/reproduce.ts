import { ExplainError, explain, methodFromSpec, type ResolvedTarget, type Target } from '@explainnet/core'
import { backendNames, loadFromSpec, readAttribution, useBackend } from '@explainnet/node'
import { Command, Option } from 'commander'
import { sayJSON, table } from './console.ts'
import type { CommandContext } from './program.ts'

interface ReproduceCommandOptions {
  readonly model?: string
  readonly tolerance: number
  readonly backend?: string
  readonly json?: boolean
}

interface Difference {
  readonly map: string
  /** Largest |difference| ÷ largest |stored value|. */
  readonly maximum: number
  /** L2 norm of the difference ÷ L2 norm of the stored map. */
  readonly relativeL2: number
}

export const reproduceCommand = ({ fail }: CommandContext): Command =>
  new Command('reproduce')
    .description('recompute a stored result from its certificate, and print the difference')
    .argument('<result>', '.safetensors or .json that explain wrote')
    .option('--model <path>', 'where the model is now, if it has moved')
    .option('--tolerance <share>', 'largest relative L2 difference that passes', Number, 1e-3)
    .addOption(
      new Option(
        '--backend <name>',
        'what computes; default: what computed the stored result, or auto if Node has not got that',
      ).choices(['auto', ...backendNames]),
    )
    .option('--json', 'as JSON')
    .action(async (path: string, options: ReproduceCommandOptions) => {
      const { attribution: stored, inputs } = await readAttribution(path)
      const { method, model: recorded, targets, seed } = stored.certificate
      if (!inputs || !method.spec) {
        throw new ExplainError(
          'bad-file',
          `${path} lacks ${inputs ? 'the spec of its method' : 'its inputs'}.`,
          'Write it with `explainnet explain --values`.',
        )
      }
      const spec = options.model ? { kind: recorded.kind, source: options.model } : recorded.spec
      if (!spec) throw new ExplainError('bad-file', `${path} does not say where its model is.`, 'Give --model.')
      const before = stored.certificate.backend.name
      await useBackend(options.backend ?? backendNames.find((name) => name === before) ?? 'auto')
      const model = await loadFromSpec(spec)
      const sha256 = await model.fingerprint?.()
      const again = await explain(model, inputs, await methodFromSpec(method.spec, importMethod), {
        target: targetsOf(targets),
        space: targets[0]!.space,
        seed,
      })
      const differences = Object.entries(stored.maps).map(([name, map]): Difference => {
        const other = again.maps[name]!.data
        const norm = Math.hypot(...chunkNorms(map.data))
        const diff = map.data.map((value, i) => value - other[i]!)
        const largest = map.data.reduce((a, b) => Math.max(a, Math.abs(b)), 0)
        return {
          map: name,
          maximum: diff.reduce((a, b) => Math.max(a, Math.abs(b)), 0) / (largest || 1),
          relativeL2: Math.hypot(...chunkNorms(diff)) / (norm || 1),
        }
      })
      const sameModel = sha256 === recorded.sha256
      const passed = sameModel && differences.every((one) => one.relativeL2 <= options.tolerance)
      if (options.json) {
        sayJSON({ passed, sameModel, stored: stored.certificate.backend, now: again.certificate.backend, differences })
      } else {
        process.stdout.write(
          `${table([
            ['map', 'max |difference|', 'relative L2'],
            ...differences.map((one) => [one.map, one.maximum.toExponential(2), one.relativeL2.toExponential(2)]),
          ])}\n`,
        )
        const [then, now] = [stored, again].map(({ certificate: { backend } }) =>
          backend.device ? `${backend.name} (${backend.device})` : backend.name,
        )
        process.stdout.write(`stored by ${then}, computed again by ${now}\n`)
        process.stdout.write(
          `${sameModel ? 'the same model' : `another model (${sha256}, stored ${recorded.sha256})`}; ${passed ? 'reproduced' : 'NOT reproduced'}\n`,
        )
      }
      if (!passed) fail()
    })

const importMethod = (module: string) => import(module)

/** Norms of pieces, because spreading a large array overflows the stack. */
function chunkNorms(values: Float32Array): number[] {
  const norms: number[] = []
  for (let i = 0; i < values.length; i += 4096) norms.push(Math.hypot(...values.subarray(i, i + 4096)))
  return norms
}

function targetsOf(targets: readonly ResolvedTarget[]): Target {
  if (targets.some((target) => target.kind === 'function')) {
    throw new ExplainError('not-transferable', 'The target was a function.', 'Recompute it through the library.')
  }
  const inputs = new Set(targets.map((target) => target.input))
  if (inputs.size < targets.length) return { top: targets.length / inputs.size }
  return targets.map(({ index, against }) => (against === undefined ? index! : { of: index!, against }))
}
