import type { DialectName, TestDatabase } from "./database.ts";

export interface SqlCase {
  name: string;
  run(db: TestDatabase, another?: TestDatabase, breakConnection?: () => Promise<void>): Promise<unknown>;
  another?: boolean;
  breaks?: boolean;
  closes?: boolean;
  dialect?: DialectName;
}
