/** The committed networks as files of the site: `models/pollen/model.json` and what it names. */
import { readdirSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import type { APIRoute } from 'astro'

const folder = join(dirname(createRequire(import.meta.url).resolve('@explainnet/studies/package.json')), 'models')
const networks = ['pollen', 'pollen-sim']
const files = /^(?:model|card)\.json$|\.bin$/

export const getStaticPaths = () =>
  networks.flatMap((network) =>
    readdirSync(join(folder, network))
      .filter((name) => files.test(name))
      .map((name) => ({ params: { file: `${network}/${name}` } })),
  )

export const GET: APIRoute = ({ params }) =>
  new Response(readFileSync(join(folder, params['file']!)), {
    headers: { 'Content-Type': params['file']!.endsWith('.json') ? 'application/json' : 'application/octet-stream' },
  })
