// Who may import whom: the picture of the architecture, as rules. Test files may import more.

/** Files that are not shipped: tests, type tests and what they are fed with, build recipes and generators. */
const unshipped = '[.](test|test-d)[.]ts$|/(fixtures|test|tests|scripts|template)/|(^|/)(tsup|vitest)[.]config[.]ts$'

/** `from` may import, of the workspace, itself and the packages named. */
const only = (name, from, allowed) => ({
  name,
  severity: 'error',
  from: { path: `^packages/${from}/`, pathNot: unshipped },
  to: { path: '^packages/', pathNot: [from, ...allowed].map((one) => `^packages/${one}/`) },
})

module.exports = {
  forbidden: [
    {
      name: 'methods-import-core-only',
      comment: 'A wrapper such as a noise tunnel takes the inner method as a value.',
      severity: 'error',
      from: { path: '^packages/methods/([^/]+)/', pathNot: unshipped },
      to: { path: '^packages/', pathNot: '^packages/(core|methods/$1)/' },
    },
    only('core-imports-no-package', 'core', []),
    only('gradients-imports-no-package', 'gradients', []),
    ...['viz', 'metrics', 'datasets', 'keras', 'targets', 'testing'].map((name) =>
      only(`${name}-imports-core-only`, name, ['core']),
    ),
    only('compare-takes-methods-as-values', 'compare', ['core', 'metrics', 'viz']),
    ...['node', 'web'].map((name) => only(`${name}-is-runtime`, name, ['core', 'gradients', 'viz', 'keras'])),
    {
      name: 'nothing-imports-studies-or-the-umbrella',
      comment: 'Only the umbrella bundles the studies.',
      severity: 'error',
      from: { path: '^packages/', pathNot: [unshipped, '^packages/(studies|explainnet)/'] },
      to: { path: '^packages/(studies|explainnet)/' },
    },
    {
      name: 'studies-do-not-import-the-umbrella',
      severity: 'error',
      from: { path: '^packages/studies/' },
      to: { path: '^packages/explainnet/' },
    },
    {
      name: 'tfjs-core-alone',
      comment:
        'Core and gradients match models by structure: of TensorFlow.js they run tfjs-core; other parts lend types.',
      severity: 'error',
      from: { path: '^packages/(core|gradients|methods|targets)/', pathNot: unshipped },
      to: { path: 'node_modules/@tensorflow/(?!tfjs-core/)', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'no-node-in-browser-code',
      severity: 'error',
      from: { path: '^packages/(core|gradients|methods|metrics|compare|keras|targets|viz|web)/', pathNot: unshipped },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'packages-by-name',
      comment: 'A path into another package bypasses what it exports.',
      severity: 'error',
      from: { path: '^packages/(methods/[^/]+|[^/]+)/' },
      to: {
        path: '^packages/',
        pathNot: '^packages/$1/',
        dependencyTypes: ['local'],
      },
    },
    {
      name: 'no-cycles',
      comment: 'At run time: types may know each other.',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'nothing-from-dist',
      comment: 'Sources import sources: no build stands between an edit and its test.',
      severity: 'error',
      from: { path: '^packages/', pathNot: '/dist/' },
      to: { path: '^packages/.*/dist/' },
    },
    { name: 'everything-resolves', severity: 'error', from: { pathNot: '/dist/' }, to: { couldNotResolve: true } },
    {
      name: 'shipped-code-declares-what-it-imports',
      severity: 'error',
      from: { path: '^packages/', pathNot: [unshipped, '^packages/explainnet/'] },
      to: {
        dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'],
        dependencyTypesNot: ['npm', 'npm-peer', 'type-only'],
      },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^|/)dist/.*[.]d[.]ts$' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['source', 'import', 'types', 'default'] },
  },
}
