import type { SystemSql } from "../../compile/dialect-system.ts";

/**
 * Never changed once released. It takes nothing away that the version before it reads, whose servers go on during a deployment: a
 * table or column that is not used any more is dropped by a later version.
 */
export interface Migration {
  /** Unique among its owner's, which are applied in the order of their list. */
  readonly id: string;
  /** What differs between engines comes from the dialect. */
  statements(system: SystemSql): string[];
}
