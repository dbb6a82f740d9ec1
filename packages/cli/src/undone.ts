import type { ErrorCode } from "@plinth/core";
import { ApiError, type Conflict, UnreachableError } from "./errors.ts";

/** What to undo: requests, or an item that goes back to a version. */
export type UndoBody = { readonly dry_run: boolean; readonly on_conflict: "refuse" | "skip" } & (
  | { readonly requests: readonly string[] }
  | { readonly item: { readonly collection: string; readonly id: string }; readonly to: string }
);

interface Counts {
  readonly deleted: number;
  readonly changed: number;
  readonly restored: number;
}

export interface Undone extends Counts {
  readonly request_id: string | null;
  readonly dry_run: boolean;
  readonly skipped: number;
  readonly conflicts: readonly Conflict[];
  readonly conflicts_total: number;
  readonly stopped?: { readonly code: string; readonly message: string };
}

interface Line {
  readonly progress?: Counts;
  readonly data?: Undone;
  readonly error?: { code: ErrorCode; message: string; details?: ApiError["details"] };
}

/** Lines of progress, and the result as the last one. */
export async function readUndone(
  response: Response,
  url: string,
  onProgress: (items: number) => void,
): Promise<Undone> {
  try {
    let rest = "";
    for await (const text of response.body!.pipeThrough(new TextDecoderStream())) {
      const lines = (rest + text).split("\n");
      rest = lines.pop()!;
      for (const line of lines) {
        const { progress, data, error } = JSON.parse(line) as Line;
        if (data) return data;
        if (error) throw new ApiError(0, error.code, error.message, error.details);
        if (progress) onProgress(progress.deleted + progress.changed + progress.restored);
      }
    }
  } catch (error) {
    if (error instanceof ApiError) throw error;
  }
  throw new UnreachableError(`The answer of ${url} ended too early.`);
}
