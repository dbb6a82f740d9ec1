import { DataError, type SqlRow } from "@plinth/core";

/** What the changes of one page take, about; each holds its item before and after. */
const PAGE_BYTES = 8_388_608;

/** Reads a shorter page where the changes of a long one would take too much memory; one change is always read. */
export async function shortened(
  most: number,
  read: (limit: number, maxBytes: number | undefined) => Promise<SqlRow[]>,
): Promise<{ rows: SqlRow[]; limit: number }> {
  for (let limit = most; ; limit = Math.max(1, Math.floor(limit / 8))) {
    try {
      return { rows: await read(limit, limit > 1 ? PAGE_BYTES : undefined), limit };
    } catch (error) {
      if (limit === 1 || !(error instanceof DataError) || error.kind !== "too_many_bytes") throw error;
    }
  }
}
