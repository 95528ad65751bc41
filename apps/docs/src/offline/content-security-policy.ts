/** Writes into each built page what it may load and run: its own files, and the inline scripts and styles that it was built with. */
import { createHash } from 'node:crypto'
import { globSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { AstroIntegration } from 'astro'

export function contentSecurityPolicy(): AstroIntegration {
  return {
    name: 'content-security-policy',
    hooks: {
      'astro:build:done': ({ dir }) => {
        const dist = fileURLToPath(dir)
        for (const page of globSync('**/*.html', { cwd: dist })) {
          const path = join(dist, page)
          const html = readFileSync(path, 'utf8')
          const meta = `<meta http-equiv="content-security-policy" content="${policyFor(html)}">`
          // Before anything that it is to judge, after the encoding.
          writeFileSync(
            path,
            html.replace(/<head>(<meta charset="utf-8"\/?>)?/i, (head) => head + meta),
          )
        }
      },
    },
  }
}

/** WebAssembly is compiled, no text is ever run as code; the only loophole is the theme's own style attributes, which cannot be hashed. */
function policyFor(html: string): string {
  return [
    "default-src 'self'",
    `script-src 'self' 'wasm-unsafe-eval' ${hashes(html, /<script(?![^>]*\ssrc=)[^>]*>([\s\S]*?)<\/script>/gi)}`,
    `style-src 'self' ${hashes(html, /<style[^>]*>([\s\S]*?)<\/style>/gi)}`,
    "style-src-attr 'unsafe-inline'",
    "img-src 'self' blob: data:",
    "worker-src 'self'",
    "connect-src 'self'",
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'self'",
  ]
    .map((directive) => directive.trim())
    .join('; ')
}

function hashes(html: string, inline: RegExp): string {
  const all = [...html.matchAll(inline)].map(
    ([, text]) => `'sha256-${createHash('sha256').update(text!).digest('base64')}'`,
  )
  return [...new Set(all)].join(' ')
}
