import { type RandomStream, randomStream } from '@explainnet/core'

export const elements = ['C', 'N', 'O', 'S', 'F'] as const
type Element = (typeof elements)[number]

/** Room for so many atoms; the rest of the arrays is zero. */
export const mostAtoms = 16

/** A molecule-like graph. It is not chemistry: bonds are single, hydrogen is left out, valence is not kept. */
export interface Molecule {
  readonly atoms: readonly Element[]
  readonly bonds: readonly (readonly [from: number, to: number])[]
  /** 1 if it has the planted group: a nitrogen with two oxygens bound to it. */
  readonly label: 0 | 1
  /** The atoms of the group; empty without one. */
  readonly group: readonly number[]
}

/**
 * Molecule `index` of an endless list. Both classes have the same atoms, one nitrogen and two oxygens among them: without the group, one
 * oxygen or both sit elsewhere, sometimes on one carbon. So only the bonds tell the classes apart.
 */
export function molecule(index: number, seed: number): Molecule {
  const random = randomStream(seed, 1, index)
  const label = random.integer(2) as 0 | 1
  const { atoms, bonds } = skeleton(random)
  const bind = (element: Element, to: number): number => {
    atoms.push(element)
    bonds.push([to, atoms.length - 1])
    return atoms.length - 1
  }
  const anywhere = () => random.integer(skeletonSize)
  const skeletonSize = atoms.length
  const nitrogen = bind('N', anywhere())
  if (label === 1) {
    const oxygens = [bind('O', nitrogen), bind('O', nitrogen)]
    return { atoms, bonds, label, group: [nitrogen, ...oxygens] }
  }
  const [first, second] = [anywhere(), anywhere()]
  const elsewhere = random.integer(3)
  bind('O', elsewhere === 0 ? nitrogen : first)
  bind('O', elsewhere === 1 ? first : second)
  return { atoms, bonds, label, group: [] }
}

/** A tree of carbons with a few other atoms, some closed to a ring. */
function skeleton(random: RandomStream): { atoms: Element[]; bonds: (readonly [number, number])[] } {
  const size = 5 + random.integer(mostAtoms - 3 - 5 + 1)
  const others: readonly Element[] = ['C', 'C', 'C', 'C', 'S', 'F']
  const atoms: Element[] = ['C']
  const bonds: (readonly [number, number])[] = []
  for (let atom = 1; atom < size; atom++) {
    atoms.push(others[random.integer(others.length)]!)
    // Near the end of the chain, so that chains come out longer than stars.
    bonds.push([Math.max(0, atom - 1 - random.integer(3)), atom])
  }
  const isBound = (a: number, b: number) => bonds.some(([from, to]) => from === a && to === b)
  if (size > 5 && random.uniform() < 0.5 && !isBound(0, 5)) bonds.push([0, 5])
  return { atoms, bonds }
}

/** `[mostAtoms · elements]`, one-hot, and `[mostAtoms · mostAtoms]`, 1 where two atoms are bound, both ways. */
export function moleculeInputs({ atoms, bonds }: Molecule): { atoms: Float32Array; bonds: Float32Array } {
  const kinds = new Float32Array(mostAtoms * elements.length)
  atoms.forEach((element, atom) => {
    kinds[atom * elements.length + elements.indexOf(element)] = 1
  })
  const adjacency = new Float32Array(mostAtoms * mostAtoms)
  for (const [from, to] of bonds) adjacency[from * mostAtoms + to] = adjacency[to * mostAtoms + from] = 1
  return { atoms: kinds, bonds: adjacency }
}
