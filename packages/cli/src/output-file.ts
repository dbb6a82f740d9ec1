import { type FileHandle, open, rename, rm } from "node:fs/promises";
import { CliError } from "./errors.ts";

/** The file is renamed once it is complete, so its name never belongs to half an export. */
export async function writeWhole(
  output: string,
  stream: ReadableStream<Uint8Array>,
  onProgress: (bytes: number) => void = () => {},
): Promise<number> {
  const unfinished = `${output}.part`;
  let file: FileHandle;
  try {
    // A link that somebody has laid there would be followed.
    await rm(unfinished, { force: true });
    file = await open(unfinished, "wx");
  } catch (error) {
    throw new CliError(`${output} cannot be written: ${(error as Error).message}`);
  }
  let bytes = 0;
  try {
    for await (const chunk of chunksOf(stream)) {
      await file.appendFile(chunk);
      bytes += chunk.byteLength;
      onProgress(bytes);
    }
    await file.close();
    await rename(unfinished, output);
  } catch (error) {
    await file.close().catch(() => {});
    await rm(unfinished, { force: true });
    throw error instanceof CliError ? error : new CliError(`${output} cannot be written: ${(error as Error).message}`);
  }
  return bytes;
}

export async function* chunksOf(stream: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array> {
  const reader = stream.getReader();
  for (;;) {
    const { done, value } = await reader.read().catch((error: unknown) => {
      throw new CliError(`The export failed: ${(error as Error).message}. The output so far is not complete.`);
    });
    if (done) return;
    yield value;
  }
}
