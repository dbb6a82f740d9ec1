import type { Env } from "@plinth/core";
import {
  apiOf,
  type EXPORT_OPTIONS,
  jsonObject,
  outputFormat,
  type parse,
  requireCollection,
  usage,
} from "./options.ts";
import { chunksOf, writeWhole } from "./output-file.ts";
import { formatBytes, Progress } from "./progress.ts";
import type { Terminal } from "./terminal.ts";

type ExportArguments = ReturnType<typeof parse<typeof EXPORT_OPTIONS>>;

/** `plinth export --collection NAME` */
export async function runExport(
  { values, positionals }: ExportArguments,
  env: Env,
  terminal: Terminal,
): Promise<number> {
  if (positionals.length > 0) throw usage("export takes no file name alone; use --output FILE");
  if (values.json && !values.output)
    throw usage("--json needs --output, because without it the items go to standard output");
  const slug = requireCollection(values);
  const { output, filter, sort, fields } = values;
  const format = outputFormat(values.format, output);
  jsonObject("filter", filter);
  const query = Object.fromEntries(
    Object.entries({ format, filter, sort, fields }).filter(
      (entry): entry is [string, string] => entry[1] !== undefined,
    ),
  );
  const stream = await apiOf(values, env).exportFile(slug, query);
  if (!output) {
    for await (const chunk of chunksOf(stream)) await terminal.out(chunk);
    return 0;
  }
  const progress = new Progress(terminal, "exporting", undefined);
  const bytes = await writeWhole(output, stream, (done) => progress.update({ bytes: done, rows: 0 }));
  const seconds = progress.finish({ bytes, rows: 0 });
  const report = values.json
    ? JSON.stringify({ collection: slug, format, output, bytes, seconds })
    : `${formatBytes(bytes)} written to ${output} (${seconds.toFixed(1)} s).`;
  await terminal.out(`${report}\n`);
  return 0;
}
