import { join } from "node:path";
import type { Call, ExitCode } from "../command.ts";
import { chunksOf, writeWhole } from "../output-file.ts";
import { formatBytes } from "../progress.ts";
import { encoded } from "../request-command.ts";
import { isFolder } from "./local.ts";
import { placeOf, STDOUT } from "./place.ts";

/** `plinth files zip BUCKET[/FOLDER] [TARGET]` */
export async function zipFolder(call: Call<Record<never, never>>): Promise<ExitCode> {
  const [from = "", target = "."] = call.args;
  const { bucket, path } = placeOf(from);
  const query = path === "" ? "" : `?${new URLSearchParams({ prefix: path })}`;
  const archive = await call.api().download(`/api/folders/${encoded(bucket)}/zip${query}`);
  if (target === STDOUT) {
    for await (const chunk of chunksOf(archive)) await call.terminal.out(chunk);
    return 0;
  }
  const name = `${path.split("/").at(-1) || bucket}.zip`;
  const file = target.endsWith("/") || (await isFolder(target)) ? join(target, name) : target;
  const bytes = await writeWhole(file, archive);
  await call.show({ file, bytes }, `Wrote ${file} (${formatBytes(bytes)}).\n`);
  return 0;
}
