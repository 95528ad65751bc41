import { type Attribution, explain, fromLayersModel, type NDArray, randomStream } from '@explainnet/core'
import { featureBarsFigure, type GraphPanel, graphFigure } from '@explainnet/viz'
import { accuracy, type Examples, fit } from './fit.ts'
import { keptNetwork } from './kept-network.ts'
import { layOut } from './layout.ts'
import { elements, type Molecule, molecule, moleculeInputs, mostAtoms } from './molecules.ts'
import { moleculeNetwork } from './networks.ts'
import { onPlanted } from './on-planted.ts'
import { heldOutFrom, type Task, type TaskOptions, taskFigure } from './task.ts'
import { gradientMethods } from './techniques.ts'
import { tokenRelevance } from './tokens.ts'

/**
 * Molecule-like graphs: trains the network, explains held-out graphs that have the planted group, and asks whether the
 * relevance of atoms and of bonds finds it. The baseline of integrated gradients is no atom and no bond.
 */
export async function moleculeTask({ folder, seed, sizes, signal, onProgress }: TaskOptions): Promise<Task> {
  const network = moleculeNetwork(seed)
  const make = (from: number, count: number) => Array.from({ length: count }, (_, i) => molecule(from + i, seed))
  const settings = { epochs: 16, seed }
  await keptNetwork(network, { folder, from: ['molecules', settings, sizes.training] }, () =>
    fit(network, examplesOf(make(0, sizes.training)), { ...settings, signal, onProgress }),
  )
  const model = fromLayersModel(network, {
    card: { name: 'molecules', labels: ['without', 'with the group'], output: 'probabilities' },
  })
  const molecules = make(heldOutFrom, 2 * sizes.explained).filter(({ label }) => label === 1)
  const inputs = inputsOf(molecules)
  const atomTruth = molecules.map(({ group }) => flags(mostAtoms, (atom) => group.includes(atom)))
  const bondTruth = molecules.map(({ group }) =>
    flags(mostAtoms ** 2, (pair) =>
      [Math.floor(pair / mostAtoms), pair % mostAtoms].every((end) => group.includes(end)),
    ),
  )
  const rows: Task['rows'][number][] = []
  let explained: { atoms: number[][]; bonds: number[][]; attribution: Attribution } | undefined
  for (const { name, method, reduction } of gradientMethods) {
    onProgress?.(1, `molecules: ${name}`)
    const attribution = await explain(model, inputs, method, { target: 1, signal })
    const atoms = tokenRelevance(attribution, 'atoms', reduction)
    const bonds = bondRelevance(attribution, molecules, reduction === 'sum-absolute')
    rows.push({ name: `${name}, atoms`, found: onPlanted(atoms, atomTruth) })
    rows.push({ name: `${name}, bonds`, found: onPlanted(bonds, bondTruth) })
    explained = { atoms, bonds, attribution }
  }
  rows.push(...randomRows(molecules, seed, atomTruth, bondTruth))
  const { atoms, bonds, attribution } = explained!
  const held = await accuracy(network, examplesOf(make(heldOutFrom, sizes.heldOut)))
  network.dispose()
  const panels = molecules.slice(0, 6).map((one, i) => panelOf(`Graph ${i + 1}`, one, atoms[i]!, bonds[i]!))
  return {
    title: 'Molecule-like graphs',
    accuracy: { value: held, examples: sizes.heldOut },
    rows,
    completeness: attribution.certificate.evidence.completeness?.relative,
    figures: [
      {
        file: 'molecules',
        caption:
          'Held-out graphs by integrated gradients from the empty graph, for the class “with the group”; the atoms of the planted group are ringed.',
        figure: graphFigure({ title: 'Which atoms and bonds make the class', panels }),
      },
      {
        file: 'molecule-bars',
        caption: 'The first graph’s atoms and bonds as a table of features.',
        figure: featureBarsFigure({
          title: 'Graph 1, feature by feature',
          axis: 'logit',
          features: [
            ...panels[0]!.nodes.map(({ label, attribution }, atom) => ({ name: `${label}${atom + 1}`, attribution })),
            ...panels[0]!.edges.map(({ from, to, attribution }) => ({
              name: `${molecules[0]!.atoms[from]}${from + 1} – ${molecules[0]!.atoms[to]}${to + 1}`,
              attribution,
            })),
          ],
        }),
      },
      taskFigure('molecule-shares', 'Relevance on the planted group', rows),
    ],
  }
}

const flags = (length: number, isSet: (place: number) => boolean): boolean[] =>
  Array.from({ length }, (_, place) => isSet(place))

function inputsOf(molecules: readonly Molecule[]): { atoms: NDArray; bonds: NDArray } {
  const { inputs } = examplesOf(molecules)
  const count = molecules.length
  return {
    atoms: { shape: [count, mostAtoms, elements.length], data: inputs[0]!.values as Float32Array },
    bonds: { shape: [count, mostAtoms, mostAtoms], data: inputs[1]!.values as Float32Array },
  }
}

/** Of a bond both directions together, written at its first pair; a pair that is not bound has none. */
function bondRelevance({ maps }: Attribution, molecules: readonly Molecule[], absolute: boolean): number[][] {
  const { data } = maps['bonds']!
  return molecules.map(({ bonds }, example) => {
    const values = Array<number>(mostAtoms ** 2).fill(0)
    const at = (from: number, to: number) => {
      const value = data[example * mostAtoms ** 2 + from * mostAtoms + to]!
      return absolute ? Math.abs(value) : value
    }
    for (const [from, to] of bonds) values[from * mostAtoms + to] = at(from, to) + at(to, from)
    return values
  })
}

function randomRows(
  molecules: readonly Molecule[],
  seed: number,
  atomTruth: readonly boolean[][],
  bondTruth: readonly boolean[][],
): Task['rows'] {
  const random = randomStream(seed, 5)
  const atoms = molecules.map((one) => flags(mostAtoms, (atom) => atom < one.atoms.length))
  const bonds = molecules.map((one) =>
    flags(mostAtoms ** 2, (pair) => one.bonds.some(([from, to]) => from * mostAtoms + to === pair)),
  )
  const guess = (there: readonly boolean[][]) => there.map((row) => row.map((is) => (is ? random.uniform() : 0)))
  return [
    { name: 'Random, atoms', found: onPlanted(guess(atoms), atomTruth) },
    { name: 'Random, bonds', found: onPlanted(guess(bonds), bondTruth) },
  ]
}

function panelOf(name: string, one: Molecule, atoms: readonly number[], bonds: readonly number[]): GraphPanel {
  const places = layOut(one.atoms.length, one.bonds)
  return {
    name,
    nodes: one.atoms.map((label, atom) => ({
      label,
      ...places[atom]!,
      attribution: atoms[atom]!,
      marked: one.group.includes(atom),
    })),
    edges: one.bonds.map(([from, to]) => ({ from, to, attribution: bonds[from * mostAtoms + to]! })),
  }
}

const examplesOf = (molecules: readonly Molecule[]): Examples => {
  const inputs = molecules.map(moleculeInputs)
  const together = (arrays: readonly Float32Array[]) => Float32Array.from(arrays.flatMap((array) => [...array]))
  return {
    inputs: [
      { values: together(inputs.map(({ atoms }) => atoms)), size: mostAtoms * elements.length },
      { values: together(inputs.map(({ bonds }) => bonds)), size: mostAtoms ** 2 },
    ],
    labels: Int32Array.from(molecules, ({ label }) => label),
  }
}
