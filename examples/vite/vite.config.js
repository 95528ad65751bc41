export default {
  // Relative addresses, so that the built page works under any path.
  base: './',
  worker: { format: 'es' },
}
