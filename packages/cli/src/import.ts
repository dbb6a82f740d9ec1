import { type CollectionDefinition, type CollectionKind, isSystemField, plural } from "@plinth/core";
import type { FieldMap, Readings } from "@plinth/formats";
import type { Api, ExistingCollection } from "./api.ts";
import { checkRows } from "./check-rows.ts";
import type { Call, ExitCode } from "./command.ts";
import { ApiError, CliError, usage } from "./errors.ts";
import { chosenFields, type FieldChoices, withoutKeys } from "./field-choices.ts";
import type { IMPORT_OPTIONS } from "./file-options.ts";
import { names, pairs } from "./options.ts";
import { checkPlan, hasFieldsOf } from "./plan.ts";
import { count, Progress } from "./progress.ts";
import { describeFields, reportImport } from "./report.ts";
import { freshKeys, type RunKeys, runKeys } from "./run-key.ts";
import { scan } from "./scan.ts";
import { findFile, type SourceFile } from "./source-file.ts";
import type { Terminal } from "./terminal.ts";
import { type UploadResult, upload } from "./upload.ts";

/** How many rows are read to find a file's names if the collection already exists. */
const SAMPLE_ROWS = 1000;

/** `plinth import FILE --collection NAME` */
export async function runImport(call: Call<typeof IMPORT_OPTIONS>): Promise<ExitCode> {
  const { values, terminal } = call;
  const path = call.args[0]!;
  if (values.kind !== undefined && !values.create) throw usage("--kind needs --create");
  const fromRow = Number(values["from-row"] ?? 1);
  if (!Number.isSafeInteger(fromRow) || fromRow < 1) throw usage("--from-row expects a row number, from 1");
  const slug = values.collection;
  const chosen = pairs("map", values.map, leftOut);
  const choices = { types: pairs("types", values.types), unique: names(values.unique) };
  const { resolution } = values;
  if (resolution !== undefined && values["on-conflict"] === undefined) throw usage("--resolution needs --on-conflict");
  if (!values.create && (values.types || values.unique)) throw usage("--types and --unique need --create");
  if (values["decimal-comma"] && values["thousands-comma"])
    throw usage("--decimal-comma and --thousands-comma exclude each other");
  const decimal = values["decimal-comma"] ? "comma" : values["thousands-comma"] ? "grouped" : undefined;
  const readings: Readings = {
    ...(values.null !== undefined && { nulls: names(values.null) }),
    ...(values.dates !== undefined && { dates: values.dates }),
    ...(decimal !== undefined && { decimal }),
  };
  const api = call.api();
  const file = await findFile(path, values.format, values.sheet);
  const encoding = await file.encoding();
  if (encoding !== "utf-8") terminal.err(`${path} is not in UTF-8; it is read as ${encoding}.\n`);

  const kind = values.kind ?? "managed";
  const existing = await find(api, slug);
  const conflict = values["on-conflict"] === undefined ? undefined : names(values["on-conflict"]);
  const runs = values["dry-run"] ? freshKeys() : runKeys(await file.digest(), values.run ?? "");
  // An upsert can be repeated from the start, and a newer version of the items may be what the user wants back.
  const keys = conflict && values.run === undefined ? freshKeys() : runs;
  const target = values.create
    ? await create(
        api,
        file,
        { slug, kind, chosen, choices, readings, dryRun: values["dry-run"], keys: runs, existing, conflict },
        terminal,
      )
    : await matchNames(file, slug, { chosen, readings, existing, skipUnknown: values["skip-unknown"] }, terminal);
  const { map, id, plan } = target;

  const query: Record<string, string> = { convert: "true" };
  if (values["dry-run"]) query.dry_run = "true";
  if (Object.keys(map).length > 0) query.map = JSON.stringify(map);
  if (values.null !== undefined) query.null = values.null;
  if (values.dates !== undefined) query.dates = values.dates;
  if (decimal !== undefined) query.decimal = decimal;
  // Where the file has no such names, a run with the option is the same as one without.
  if (values["skip-unknown"] && target.hasUnknown) query.unknown = "skip";
  if (values["on-conflict"] !== undefined) query.on_conflict = values["on-conflict"];
  if (resolution !== undefined) query.resolution = resolution;
  const progress = new Progress(terminal, values["dry-run"] ? "checking" : "importing", file.size);
  const doneOf = ({ total, failed }: UploadResult) => ({ bytes: file.bytesRead, rows: total, failed });
  const onProgress = (so_far: UploadResult) => progress.update(doneOf(so_far));
  const uploaded = plan
    ? await checkRows(file, plan, { map, readings, fromRow, onProgress })
    : await upload(api, slug, await file.open(), {
        query,
        fromRow,
        keyOf: (first, last) => keys.forRows(id, first, last),
        onProgress,
      });
  const seconds = progress.finish(doneOf(uploaded));
  return reportImport(call, { slug, file, map, uploaded, seconds, dryRun: values["dry-run"], fields: plan?.fields });
}

const leftOut = (name: string): string =>
  `write ${name}=FIELD, or --map '${JSON.stringify({ [name]: null })}' to leave the column out`;

/** Where the rows go. */
interface ImportTarget {
  /** The collection's id; empty where the key may not read it. */
  readonly id: string;
  readonly map: FieldMap;
  /** Whether rows may have names that are no fields. */
  readonly hasUnknown: boolean;
  /** What `--create --dry-run` would make. */
  readonly plan?: CollectionDefinition;
}

interface Creation {
  slug: string;
  kind: "document" | "managed";
  chosen: FieldMap;
  choices: FieldChoices;
  readings: Readings;
  dryRun: boolean;
  keys: RunKeys;
  existing: Existing;
  /** The value of `--on-conflict`. */
  conflict: readonly string[] | undefined;
}

/** Creates the collection for the file, and prints how its names were changed. */
async function create(api: Api, file: SourceFile, creation: Creation, terminal: Terminal): Promise<ImportTarget> {
  const { slug, kind, chosen, choices, readings, dryRun, keys, existing, conflict } = creation;
  const isThere = new CliError(`The collection ${slug} already exists. Leave out --create to add to it.`);
  if (existing && dryRun && !conflict) throw isThere;
  const progress = new Progress(terminal, "reading", file.size);
  const onProgress = (rows: number) => progress.update({ bytes: file.bytesRead, rows });
  const inference = await scan(file, { chosen, readings, ...scanOptions(kind), onProgress });
  progress.finish({ bytes: file.bytesRead, rows: inference.rows });
  const found = inference.result(kind === "managed" ? withoutKeys(chosen) : chosen);
  const inferred = kind === "managed" ? chosenFields(found, choices) : found;
  if (kind === "managed" && inferred.fields.length === 0)
    throw new CliError(`${file.path} has no rows, so its fields cannot be found.`);
  const fields = kind === "document" ? [] : inferred.fields.map(({ field }) => field);
  const definition = { slug, kind, fields };
  const map = { ...inferred.map, ...chosen };
  const target = { map, hasUnknown: false };
  if (existing) {
    const id = typeof existing === "object" ? existing.id : "";
    // An upsert can be repeated, also from a newer file and after the keys are forgotten.
    if (conflict && typeof existing === "object" && hasFieldsOf(existing, definition)) {
      terminal.err(`The collection ${slug} is there; its items are updated.\n`);
      return { ...target, id };
    }
    if (dryRun || !(await wasCreatedBy(api, keys, definition))) throw isThere;
    terminal.err(`The same command created the collection ${slug} before; its rows continue.\n`);
    return { ...target, id };
  }
  // Rows of JSON may lack a name that is left out.
  const leftOut = Object.keys(chosen).filter((name) => chosen[name] === null);
  const inRows = kind === "managed" ? [...inference.names, ...leftOut] : null;
  await checkPlan(api, { definition, chosen, conflict, names: file.format === "csv" ? inference.columns : inRows });
  let id = "";
  if (!dryRun) {
    let made = await api.createCollection(definition, keys.forCollection(definition));
    // The collection of an earlier run was deleted since.
    if (made.replayed) made = await api.createCollection(definition, crypto.randomUUID());
    ({ id } = made.data);
  }
  const documents = kind === "document" ? ", of documents" : "";
  terminal.err(`${dryRun ? "Would make" : "Made"} the collection ${slug}${documents}.\n`);
  if (kind === "managed") terminal.err(describeFields(inferred));
  return { ...target, id, ...(dryRun && { plan: definition }) };
}

/** Whether this command, interrupted before, created the collection that is there. */
async function wasCreatedBy(api: Api, keys: RunKeys, definition: CollectionDefinition): Promise<boolean> {
  try {
    return (await api.createCollection(definition, keys.forCollection(definition))).replayed;
  } catch (error) {
    if (error instanceof ApiError && error.code === "CONFLICT") return false;
    throw error;
  }
}

/** The collection; `hidden` for keys that may add items but not read definitions; undefined if there is none. */
type Existing = ExistingCollection | "hidden" | undefined;

async function find(api: Api, slug: string): Promise<Existing> {
  try {
    return await api.getCollection(slug);
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    if (error.code === "COLLECTION_NOT_FOUND") return undefined;
    if (error.status === 403 || error.code === "UNAUTHORIZED") return "hidden";
    throw error;
  }
}

/** Documents keep their names, except those that Plinth uses itself. */
function scanOptions(kind: CollectionKind): { only?: (name: string) => boolean } {
  return kind === "document" ? { only: isSystemField } : {};
}

/** Names that the collection does not have map to the fields that `--create` would have made of them, if they exist. */
async function matchNames(
  file: SourceFile,
  slug: string,
  {
    chosen,
    readings,
    existing: collection,
    skipUnknown,
  }: Pick<Creation, "chosen" | "readings" | "existing"> & { skipUnknown: boolean },
  terminal: Terminal,
): Promise<ImportTarget> {
  if (!collection) throw new CliError(`There is no collection ${slug}. Add --create to make it from the file.`);
  if (collection === "hidden") return { id: "", map: chosen, hasUnknown: true };
  const { id } = collection;
  const fields = new Set(collection.fields.map((field) => field.name));
  const maxRows = skipUnknown ? Number.POSITIVE_INFINITY : SAMPLE_ROWS;
  const inference = await scan(file, { chosen, readings, ...scanOptions(collection.kind), maxRows });
  const inferred = inference.result(collection.kind === "document" ? chosen : withoutKeys(chosen));
  if (collection.kind === "document") return { id, map: inferred.map, hasUnknown: false };
  const found = Object.entries(inferred.map).filter(([name, field]) => {
    return Object.hasOwn(chosen, name) || (!fields.has(name) && field !== null && fields.has(field));
  });
  const guessed = found.filter(([name]) => !Object.hasOwn(chosen, name)).length;
  if (guessed > 0)
    terminal.err(
      `${count(guessed)} ${plural(guessed, "name")} matched to fields, such as ${found.find(([name]) => !Object.hasOwn(chosen, name))!.join(" → ")}.\n`,
    );
  const map = { ...Object.fromEntries(found), ...chosen };
  const isField = (name: string): boolean => Object.hasOwn(map, name) || fields.has(name) || isSystemField(name);
  return { id, map, hasUnknown: !inference.names.every(isField) };
}
