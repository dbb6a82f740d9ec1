import { MATRIX_PARTS } from "./loads.ts";
import { matrixFile } from "./suites.ts";

/** docs/status.md by the matrix of this run, if it ran on every target. */
export async function recordStatus(work: string): Promise<void> {
  const files = MATRIX_PARTS.map((part) => Bun.file(matrixFile(work, part)));
  if (!(await Promise.all(files.map((file) => file.exists()))).every(Boolean)) return;
  // Loaded late: an error in a file of the matrix fails its suite, not the run.
  const { writeStatus } = await import("../../tests/matrix/status-page.ts");
  writeStatus((await Promise.all(files.map((file) => file.json()))).flat());
}
