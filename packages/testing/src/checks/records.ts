import {
  type Attribution,
  fromJSON,
  fromSafetensors,
  methodFromSpec,
  type NamedArrays,
  type StoredAttribution,
  toJSON,
  toSafetensors,
} from '@explainnet/core'
import type { Bench } from '../bench.ts'
import { type Check, check, demand } from '../check.ts'
import { copyOf, demandEqual, demandSameMaps } from '../maps.ts'

export function recordChecks(bench: Bench): Check[] {
  const { explain, stream, standard, method, fixtures } = bench
  const { model, inputs } = standard
  return [
    check(
      'stream',
      'streams estimates that are whole and stay as they are; the last is what explain gives',
      async () => {
        const estimates: Attribution[] = []
        const copies: NamedArrays[] = []
        for await (const estimate of stream(model, inputs)) {
          estimates.push(estimate)
          copies.push(copyOf(estimate.maps))
        }
        demand(estimates.length > 0, 'There was no estimate.')
        const last = await explain(model, inputs)
        for (const [i, estimate] of estimates.entries()) {
          for (const [name, { data }] of Object.entries(estimate.maps)) {
            demandEqual(data, copies[i]![name]!.data, 0, `estimate ${i} later and when it came`)
          }
          const [shape, wanted] = [estimate, last].map(({ maps }) =>
            Object.values(maps)
              .map((map) => map.shape.join())
              .join(),
          )
          demand(
            shape === wanted,
            `Estimate ${i} has shape ${shape}, the last one ${wanted}: each must be a whole map.`,
          )
        }
        demandSameMaps(estimates.at(-1)!, last, 0, 'the last estimate and what explain gives')
      },
    ),
    check('certificate', 'gives a certificate and maps that survive JSON and safetensors', async () => {
      const found = await explain(model, inputs)
      const { certificate } = found
      demand(certificate.method.name === method.name, `The certificate names '${certificate.method.name}'.`)
      const text = JSON.stringify(certificate)
      demandFiniteNumbers(certificate, 'certificate')
      const stored: Record<string, StoredAttribution> = {
        JSON: fromJSON(toJSON(found, inputs)),
        safetensors: fromSafetensors(toSafetensors(found, inputs)),
      }
      for (const [format, { attribution, inputs: kept }] of Object.entries(stored)) {
        demandSameMaps(attribution, found, 0, `the maps by way of ${format}`)
        demand(
          JSON.stringify(attribution.certificate) === text,
          `The certificate changed on its way through ${format}.`,
        )
        for (const [name, { axes, domain, layer }] of Object.entries(found.maps)) {
          const now = attribution.maps[name]!
          const same = JSON.stringify([now.axes, now.domain, now.layer]) === JSON.stringify([axes, domain, layer])
          demand(same, `What map '${name}' says of itself changed on its way through ${format}.`)
        }
        for (const [name, { data }] of Object.entries(found.extras)) {
          demandEqual(attribution.extras[name]!.data, data, 0, `extra '${name}' by way of ${format}`)
        }
        for (const [name, { data }] of Object.entries(inputs)) {
          demandEqual(kept![name]!.data, data, 0, `input '${name}' by way of ${format}`)
        }
      }
    }),
    check(
      'spec',
      'is made again by its spec, with the same map',
      async () => {
        const again = await methodFromSpec(JSON.parse(JSON.stringify(method.spec)), fixtures.load)
        const wanted = await explain(model, inputs)
        demandSameMaps(await explain(model, inputs, {}, again), wanted, 0, 'the method made again by its spec')
        demand(
          JSON.stringify(again.spec) === JSON.stringify(method.spec),
          `Made again by its spec the method has spec ${JSON.stringify(again.spec)}.`,
        )
      },
      !method.spec && 'the method has no spec',
    ),
  ]
}

/** NaN and infinities become null in JSON. */
function demandFiniteNumbers(value: unknown, where: string): void {
  if (typeof value === 'number') demand(Number.isFinite(value), `${where} is ${value}, which JSON cannot hold.`)
  if (typeof value !== 'object' || value === null) return
  for (const [name, part] of Object.entries(value)) demandFiniteNumbers(part, `${where}.${name}`)
}
