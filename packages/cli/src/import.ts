import { type CollectionDefinition, type CollectionKind, isSystemField } from "@plinth/core";
import type { Inferred } from "@plinth/formats";
import type { Api } from "./api.ts";
import { ApiError, CliError } from "./errors.ts";
import { apiOf, collectionOf, type Env, type IMPORT_OPTIONS, jsonObject, type parse, usage } from "./options.ts";
import { count, Progress } from "./progress.ts";
import { describeFields, reportImport } from "./report.ts";
import { scan } from "./scan.ts";
import { findFile, type SourceFile } from "./source-file.ts";
import type { Terminal } from "./terminal.ts";
import { type UploadResult, upload } from "./upload.ts";

type Parsed = ReturnType<typeof parse<typeof IMPORT_OPTIONS>>;
type FieldMap = Record<string, string | null>;

/** How many rows are read to find a file's names if the collection already exists. */
const SAMPLE_ROWS = 1000;

/** `plinth import FILE --collection NAME` */
export async function runImport({ values, positionals }: Parsed, env: Env, terminal: Terminal): Promise<number> {
  const [path, extra] = positionals;
  if (!path || extra !== undefined) throw usage("import takes one file");
  if (values.kind !== undefined && values.kind !== "document" && values.kind !== "managed") {
    throw usage("--kind must be document or managed");
  }
  if (values.kind !== undefined && !values.create) throw usage("--kind needs --create");
  const fromRow = Number(values["from-row"] ?? 1);
  if (!Number.isSafeInteger(fromRow) || fromRow < 1) throw usage("--from-row expects a row number, from 1");
  const slug = collectionOf(values);
  const chosen = (jsonObject("map", values.map) ?? {}) as FieldMap;
  const api = apiOf(values, env);
  const file = await findFile(path, values.format);

  const kind = values.kind ?? "managed";
  const inferred = values.create
    ? await create(api, file, { slug, kind, chosen, dryRun: values["dry-run"] }, terminal)
    : undefined;
  if (inferred && values["dry-run"]) return reportPlan(terminal, slug, inferred, values.json);
  const map = inferred?.map ?? (await matchNames(api, file, slug, chosen, terminal));

  const query: Record<string, string> = { convert: "true" };
  if (values["dry-run"]) query.dry_run = "true";
  if (Object.keys(map).length > 0) query.map = JSON.stringify(map);
  const progress = new Progress(terminal, values["dry-run"] ? "checking" : "importing", file.size);
  const doneOf = ({ total, failed }: UploadResult) => ({ bytes: file.bytesRead, rows: total, failed });
  const uploaded = await upload(api, slug, await file.open(), {
    query,
    fromRow,
    onProgress: (so_far) => progress.update(doneOf(so_far)),
  });
  const seconds = progress.finish(doneOf(uploaded));
  return reportImport(terminal, { slug, file, map, uploaded, seconds, dryRun: values["dry-run"], json: values.json });
}

interface Creation {
  slug: string;
  kind: "document" | "managed";
  chosen: FieldMap;
  dryRun: boolean;
}

/** Creates the collection for the file, and prints how its names were changed. */
async function create(
  api: Api,
  file: SourceFile,
  { slug, kind, chosen, dryRun }: Creation,
  terminal: Terminal,
): Promise<Inferred> {
  if (await exists(api, slug))
    throw new CliError(`The collection ${slug} already exists. Leave out --create to add to it.`);
  const progress = new Progress(terminal, "reading", file.size);
  const onProgress = (rows: number) => progress.update({ bytes: file.bytesRead, rows });
  const inference = await scan(file, { chosen, ...scanOptions(kind), onProgress });
  progress.finish({ bytes: file.bytesRead, rows: inference.rows });
  const inferred = inference.result(chosen);
  if (kind === "managed" && inferred.fields.length === 0)
    throw new CliError(`${file.path} has no rows, so its fields cannot be found.`);
  const fields = kind === "document" ? [] : inferred.fields.map(({ field }) => field);
  if (!dryRun) await api.createCollection({ slug, kind, fields });
  terminal.err(
    `${dryRun ? "Would make" : "Made"} the collection ${slug}${kind === "document" ? ", of documents" : ""}.\n`,
  );
  if (kind === "managed") terminal.err(describeFields(inferred, terminal.width));
  return inferred;
}

/** Checked before a long file is read. */
async function exists(api: Api, slug: string): Promise<boolean> {
  try {
    await api.getCollection(slug);
    return true;
  } catch (error) {
    if (error instanceof ApiError && error.code === "COLLECTION_NOT_FOUND") return false;
    throw error;
  }
}

/** Documents keep their names, except those that Plinth uses itself. */
function scanOptions(kind: CollectionKind): { only?: (name: string) => boolean } {
  return kind === "document" ? { only: isSystemField } : {};
}

/** Names that the collection does not have map to the fields that `--create` would have made of them, if they exist. */
async function matchNames(
  api: Api,
  file: SourceFile,
  slug: string,
  chosen: FieldMap,
  terminal: Terminal,
): Promise<FieldMap> {
  let collection: CollectionDefinition;
  try {
    collection = await api.getCollection(slug);
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    if (error.code === "COLLECTION_NOT_FOUND") {
      throw new CliError(`There is no collection ${slug}. Add --create to make it from the file.`);
    }
    // Keys that may add items may lack the right to read definitions.
    if (error.status === 403 || error.code === "UNAUTHORIZED") return chosen;
    throw error;
  }
  const fields = new Set(collection.fields.map((field) => field.name));
  const inference = await scan(file, { chosen, ...scanOptions(collection.kind), maxRows: SAMPLE_ROWS });
  const inferred = inference.result(chosen);
  if (collection.kind === "document") return inferred.map;
  const found = Object.entries(inferred.map).filter(([name, field]) => {
    return name in chosen || (!fields.has(name) && field !== null && fields.has(field));
  });
  const guessed = found.filter(([name]) => !(name in chosen)).length;
  if (guessed > 0)
    terminal.err(
      `${count(guessed)} ${guessed === 1 ? "name" : "names"} matched to fields, such as ${found.find(([name]) => !(name in chosen))!.join(" → ")}.\n`,
    );
  return Object.fromEntries(found);
}

async function reportPlan(
  terminal: Terminal,
  slug: string,
  { rows, fields, map }: Inferred,
  json: boolean,
): Promise<number> {
  const plan = {
    collection: slug,
    fields: fields.map(({ field }) => field),
    map,
    total: rows,
    inserted: 0,
    failed: 0,
    dry_run: true,
  };
  if (json) await terminal.out(`${JSON.stringify(plan)}\n`);
  else await terminal.out(`${count(rows)} rows read; nothing was changed.\n`);
  return 0;
}
