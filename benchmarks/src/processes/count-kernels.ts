import { profile } from '@tensorflow/tfjs-core'

export interface KernelCounts {
  readonly forward: Readonly<Record<string, number>>
  /** Forward pass included. */
  readonly gradient: Readonly<Record<string, number>>
}

/** Which kernels a pass runs, and how often. */
export async function countKernels(
  pass: (operation: 'forward' | 'gradient') => Promise<unknown> | unknown,
): Promise<KernelCounts> {
  return { forward: await count(() => pass('forward')), gradient: await count(() => pass('gradient')) }
}

async function count(body: () => Promise<unknown> | unknown): Promise<Record<string, number>> {
  const { kernels } = await profile(async () => {
    await body()
    return []
  })
  const counts: Record<string, number> = {}
  for (const { name } of kernels) {
    // `fusedConv2d__op` is the profiler's second name for a fused operation's whole.
    if (!name.endsWith('__op')) counts[name] = (counts[name] ?? 0) + 1
  }
  return counts
}
