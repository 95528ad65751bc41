/** Prints, as JSON, what the cpu backend in Node makes of every case: what browsers are held to. */
import '@tensorflow/tfjs-backend-cpu'
import { registerGradients } from '@explainnet/gradients'
import * as tf from '@tensorflow/tfjs-core'
import { drawsOf } from './draws.ts'
import { cases, type Found, mapOf } from './maps.ts'
import { subjects } from './networks.ts'

/** What is printed. */
export interface OnCpu {
  readonly draws: Readonly<Record<string, number>>
  /** In the order of `cases`. */
  readonly found: readonly Found[]
}

registerGradients()
await tf.setBackend('cpu')
const found: Found[] = []
for (const [name, make] of Object.entries(subjects)) {
  const subject = await make()
  for (const which of cases.filter((one) => one.subject === name)) found.push(await mapOf(which, subject))
}
console.log(JSON.stringify({ draws: drawsOf(), found } satisfies OnCpu))
