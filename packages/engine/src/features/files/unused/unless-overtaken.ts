import { DataError } from "@plinth/core";

/** Whether the batch was stored. False: it failed in one of these ways, as somebody else was first, and nothing of it is stored. */
export async function unlessOvertaken(batch: Promise<unknown>, kinds: ReadonlySet<string>): Promise<boolean> {
  try {
    await batch;
    return true;
  } catch (error) {
    if (!(error instanceof DataError && kinds.has(error.kind))) throw error;
    return false;
  }
}
