import type { PreparedNetwork } from './networks/prepare.ts'
import { nodeProcess, Process } from './processes/process.ts'
import { torchPython } from './processes/torch-environment.ts'
import type { Settings } from './settings.ts'

/**
 * What is measured: ExplainNet in one thread and with a worker for each core, TensorFlow.js as it comes, PyTorch, and ExplainNet
 * on the native binding, all cores and one thread.
 */
export type EngineName = 'explainnet' | 'explainnet-all' | 'stock' | 'torch' | 'tensorflow' | 'tensorflow-1' | 'pool-1'

interface Started {
  readonly process: Process
  readonly about: About
}
interface About {
  readonly device: string
  readonly versions?: Readonly<Record<string, string>>
}

/** Processes, started when they are first asked for and kept until the end. */
export class Engines {
  private readonly started = new Map<EngineName, Promise<Started>>()
  private readonly settings: Settings
  private readonly announce: (what: string) => void

  constructor(settings: Settings, announce: (what: string) => void) {
    this.settings = settings
    this.announce = announce
  }

  /** Rejects, each time alike, where an engine is not to be had. */
  async get(name: EngineName): Promise<Process> {
    return (await this.start(name)).process
  }

  /** Started, with the network and its inputs. */
  async load(name: EngineName, network: PreparedNetwork): Promise<Process> {
    const process = await this.get(name)
    await process.ask('load', network)
    return process
  }

  /** Of what runs by now. */
  async versions(): Promise<Readonly<Record<string, string>>> {
    const known: Record<string, string> = {}
    for (const name of ['explainnet', 'torch'] as const) {
      const started = await this.started.get(name)?.catch(() => undefined)
      if (started) Object.assign(known, started.about.versions ?? { backend: started.about.device })
    }
    return known
  }

  async close(): Promise<void> {
    for (const one of this.started.values()) {
      await one.then(
        ({ process }) => process.close(),
        () => undefined,
      )
    }
  }

  private async start(name: EngineName): Promise<Started> {
    const known = this.started.get(name)
    // One that died, of too much memory for example, gets another life with the next network.
    if (known && !(await known).process.ended) return known
    const started = this.launch(name)
    this.started.set(name, started)
    return started
  }

  private async launch(name: EngineName): Promise<Started> {
    const { backend, cores, torchDevice } = this.settings
    const start = async (process: Process, params: object) => ({
      process,
      about: await process.ask<About>('start', params),
    })
    switch (name) {
      case 'explainnet':
        return start(nodeProcess('./explainnet.ts'), { backend })
      case 'explainnet-all':
        return start(nodeProcess('./explainnet.ts'), { backend, workers: cores })
      case 'pool-1':
        return start(nodeProcess('./explainnet.ts'), { backend, workers: 1 })
      case 'tensorflow':
        return start(nodeProcess('./explainnet.ts'), { backend: 'tensorflow' })
      case 'tensorflow-1':
        return start(nodeProcess('./explainnet.ts', oneThread), { backend: 'tensorflow' })
      case 'stock':
        return start(nodeProcess('./stock.ts'), {})
      case 'torch': {
        const python = this.settings.python ?? (await torchPython(this.announce))
        const script = new URL('./processes/torch_process.py', import.meta.url).pathname
        return start(new Process(python, [script]), { device: torchDevice })
      }
    }
  }
}

/** As libtensorflow reads it. */
const oneThread = { TF_NUM_INTRAOP_THREADS: '1', TF_NUM_INTEROP_THREADS: '1', OMP_NUM_THREADS: '1' }
