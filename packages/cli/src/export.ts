import type { Call } from "./command.ts";
import { usage } from "./errors.ts";
import type { EXPORT_OPTIONS } from "./file-options.ts";
import { jsonObject, outputFormat } from "./options.ts";
import { chunksOf, writeWhole } from "./output-file.ts";
import { formatBytes, Progress } from "./progress.ts";

/** `plinth export --collection NAME` */
export async function runExport({ values, terminal, ...call }: Call<typeof EXPORT_OPTIONS>): Promise<0> {
  if (values.json && !values.output)
    throw usage("--json needs --output, because without it the items go to standard output");
  const slug = values.collection;
  const { output, filter, sort, fields } = values;
  const format = outputFormat(values.format, output);
  jsonObject("filter", filter);
  const query = Object.fromEntries(
    Object.entries({ format, filter, sort, fields }).filter(
      (entry): entry is [string, string] => entry[1] !== undefined,
    ),
  );
  const stream = await call.api().exportFile(slug, query);
  if (!output) {
    for await (const chunk of chunksOf(stream)) await terminal.out(chunk);
    return 0;
  }
  const progress = new Progress(terminal, "exporting", undefined);
  const bytes = await writeWhole(output, stream, (done) => progress.update({ bytes: done, rows: 0 }));
  const seconds = progress.finish({ bytes, rows: 0 });
  const data = { collection: slug, format, output, bytes, seconds };
  await call.show(data, `${formatBytes(bytes)} written to ${output} (${seconds.toFixed(1)} s).\n`);
  return 0;
}
