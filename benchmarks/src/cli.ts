// `pnpm benchmark`: see `--help` and README.md.
import { useBackend, writeFileAtomic } from '@explainnet/node'
import { Engines } from './engines.ts'
import { describeMachine } from './machine.ts'
import { networks } from './networks/index.ts'
import { type PreparedNetwork, prepareNetwork } from './networks/prepare.ts'
import { compareWithCaptum } from './parts/captum.ts'
import { measureDownload } from './parts/download.ts'
import { countNetworkKernels } from './parts/kernels.ts'
import { measureMemory } from './parts/memory.ts'
import { measureNetworks } from './parts/networks.ts'
import { measurePerturbation } from './parts/perturbation.ts'
import { measureWorkers } from './parts/workers.ts'
import { report } from './paths.ts'
import { goalTable, reportOf } from './report/markdown.ts'
import { goals } from './report/numbers.ts'
import { allResults, readResults, record, writeResults } from './results.ts'
import type { Run } from './run.ts'
import { help, type Part, readSettings, type Settings } from './settings.ts'
import { isMeasured } from './timing.ts'

const measurements: Readonly<Record<Part, (run: Run) => Promise<void>>> = {
  networks: measureNetworks,
  captum: compareWithCaptum,
  workers: measureWorkers,
  memory: measureMemory,
  download: measureDownload,
  kernels: countNetworkKernels,
  perturbation: measurePerturbation,
}

try {
  const settings = readSettings(process.argv.slice(2))
  if (settings) await benchmark(settings)
  else console.log(help)
} catch (error) {
  console.error((error as Error).message)
  process.exitCode = 1
}

async function benchmark(settings: Settings): Promise<void> {
  const began = performance.now()
  const announce = (what: string) => {
    console.log(`[${((performance.now() - began) / 1000).toFixed(0).padStart(4)} s] ${what}`)
  }
  const results = await readResults(settings.backend)
  const machine = describeMachine(settings)
  const engines = new Engines(settings, announce)
  const prepared = new Map<string, Promise<PreparedNetwork>>()
  // Only to build the networks; what is measured runs in processes of its own.
  await useBackend('wasm')
  const run: Run = {
    settings,
    engines,
    rows: settings.rows,
    announce,
    network(name) {
      const network = prepared.get(name) ?? prepareNetwork(networks.find((one) => one.name === name)!)
      prepared.set(name, network)
      return network
    },
    async record(key, value) {
      const versions = { ...machine.versions, ...(await engines.versions()) }
      record(results, key, value, settings.command, { ...machine, versions })
      announce(`  ${key}: ${brief(value)}`)
      if (!settings.quick) await writeResults(results)
    },
  }
  const failed: string[] = []
  for (const part of settings.parts) {
    try {
      await measurements[part](run)
    } catch (error) {
      failed.push(`${part}: ${(error as Error).message}`)
    }
  }
  await engines.close()
  if (settings.backend === 'wasm') console.log(`\n${goalTable(goals(results))}\n`)
  if (!settings.quick) await writeFileAtomic(report, reportOf(await allResults()))
  announce(settings.quick ? 'done; nothing written' : 'done')
  for (const why of failed) console.error(`left out: ${why}`)
  if (failed.length > 0) process.exitCode = 1
}

function brief(value: unknown): string {
  const figure = value as Parameters<typeof isMeasured>[0]
  if (isMeasured(figure)) return `${figure.milliseconds.toFixed(1)} ms (${figure.runs.length})`
  return JSON.stringify(value).slice(0, 160)
}
