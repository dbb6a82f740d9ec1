import { checkPathSegment, invalid } from "@plinth/core";

const MAX_SEGMENTS = 16;

/** Checks the keys of a path into JSON. */
export function parseJsonPath(segments: readonly string[], where: string): readonly string[] {
  if (segments.length > MAX_SEGMENTS)
    throw invalid(where, `a path may have at most ${MAX_SEGMENTS} keys`, "LIMIT_EXCEEDED");
  for (const segment of segments) checkPathSegment(segment, where);
  return segments;
}
