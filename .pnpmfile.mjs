/** What is published holds no sources, so its exports do not point at them. */
export const hooks = {
  beforePacking(manifest) {
    for (const target of Object.values(manifest.exports ?? {})) {
      if (typeof target === 'object') delete target.source
    }
    return manifest
  },
}
