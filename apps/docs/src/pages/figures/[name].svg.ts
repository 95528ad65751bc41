/** The figures that the build has drawn of committed results. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { APIRoute } from 'astro'
import { figures } from '../../components/figures/drawn.ts'

const folder = join(process.cwd(), '.generated/figures')

export const getStaticPaths = () => Object.keys(figures).map((name) => ({ params: { name } }))

export const GET: APIRoute = ({ params }) =>
  new Response(readFileSync(join(folder, `${params['name']}.svg`)), { headers: { 'Content-Type': 'image/svg+xml' } })
