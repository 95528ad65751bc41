import type { Case } from './case.ts'
import { type Family, families } from './cases/index.ts'

export interface Row extends Case {
  readonly family: Family
  /** `family/name`: names a row among all. */
  readonly id: string
}

/** Every row of the matrix, family by family. */
export const rows: readonly Row[] = (Object.keys(families) as Family[]).flatMap((family) =>
  families[family].map((one) => ({ ...one, family, id: `${family}/${one.name}` })),
)
