import { FORMATS } from "@plinth/formats";
import { AS_OPTION, choice, flag, text } from "./command.ts";

const collection = text("NAME", "the collection, by its slug", { required: true });

export const IMPORT_OPTIONS = {
  collection,
  create: flag("make the collection first: fields and their types are found in the file"),
  kind: choice(["managed", "document"], "with --create: document takes any object as it is; else managed"),
  format: choice(FORMATS, "unless given, by the file's ending"),
  map: text(
    "A=B",
    'column A goes to field B, or, as B.C, to the item of the relation B that its unique field C finds; also JSON, where null leaves out: \'{"US Gross": "us_gross", "Notes": null}\'',
    { multiple: true },
  ),
  types: text("A=TYPE", "with --create: number, 'A=decimal(10,4)', relation:countries …", { multiple: true }),
  unique: text("A,B", "with --create: these fields are unique"),
  null: text("NA,NULL", "these texts are no value"),
  dates: text("FORM", "how days are written: DD.MM.YYYY, MM/DD/YYYY …"),
  "decimal-comma": flag("numbers have a comma before their decimals: 1.234,5"),
  "thousands-comma": flag("numbers have commas between thousands: 1,234.5"),
  sheet: text("NAME", "of an .xlsx file; unless given, the first one"),
  "skip-unknown": flag("pass over columns that are no fields"),
  "on-conflict": text("A", "rows whose A exists update that item"),
  resolution: choice(["merge", "ignore"], "with --on-conflict: ignore leaves the item as it is; else merge"),
  "from-row": text("N", "begin with this row of data"),
  run: text(
    "NAME",
    "another name imports the same file again; without it, a repeated command continues where it was interrupted, and adds nothing twice",
  ),
  "dry-run": flag("check every row and change nothing"),
} as const;

export const EXPORT_OPTIONS = {
  collection,
  format: choice(FORMATS, "unless given, by the ending of --output; else json"),
  output: text("FILE", "unless given, to standard output"),
  filter: text("JSON", 'only items that match: \'{"year": {"_gte": 1990}}\''),
  sort: text("FIELDS", "such as --sort=-year,title; unless given, by id"),
  fields: text("FIELDS", "such as title,year"),
  ...AS_OPTION,
} as const;
