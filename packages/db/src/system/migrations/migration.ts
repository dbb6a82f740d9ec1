import type { SystemSql } from "../../compile/dialect-system.ts";

/** Never changed once released. */
export interface Migration {
  /** Unique among its owner's, which are applied in the order of their list. */
  readonly id: string;
  /** What differs between engines comes from the dialect. */
  statements(system: SystemSql): string[];
}
