/** Cells that are not right, and why they stay so. */
export interface Limit {
  /** As tfjs names it; `*` for all. */
  readonly backend: string
  /** Ids of rows. */
  readonly rows: readonly string[]
  readonly reason: string
}

export const limits: readonly Limit[] = []

/** Why a cell is not right, if that is known. */
export const limitOf = (backend: string, id: string): Limit | undefined =>
  limits.find((limit) => (limit.backend === backend || limit.backend === '*') && limit.rows.includes(id))
