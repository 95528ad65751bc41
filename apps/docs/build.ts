// `pnpm build` and `pnpm dev`: writes the pages that are made of the packages, then lets Astro build or serve the site.
process.env['ASTRO_TELEMETRY_DISABLED'] = '1'

const { writePackagePages } = await import('./src/generate/package-pages.ts')
const { writeTemplatePages } = await import('./src/generate/template-pages.ts')
const { writeReferencePages } = await import('./src/generate/reference-pages.ts')
const { makeGallery } = await import('./src/generate/gallery/make-gallery.ts')
await makeGallery()
await writePackagePages()
writeTemplatePages()
await writeReferencePages()

// Astro reads the variable above when it is loaded.
const astro = await import('astro')
if (process.argv[2] === 'dev') await astro.dev({})
else await astro.build({})
