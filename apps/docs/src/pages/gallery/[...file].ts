/** The pictures that `makeGallery` has made, as files of the site. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { APIRoute } from 'astro'
import { gallery } from '../../components/figures/gallery.ts'

const folder = join(process.cwd(), '.generated/gallery', gallery.key)

export const getStaticPaths = () =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.webp'))
    .map((file) => ({ params: { file: file.replaceAll('\\', '/') } }))

export const GET: APIRoute = ({ params }) =>
  new Response(readFileSync(join(folder, params['file']!)), { headers: { 'Content-Type': 'image/webp' } })
