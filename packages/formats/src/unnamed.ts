import { excerpt, invalid, type PlinthError } from "@plinth/core";
import type { Unnamed } from "./csv.ts";
import type { OpenFile, SourceRow } from "./formats.ts";
import type { FieldMap } from "./shape.ts";

/**
 * A file without the columns that neither the header nor the map names. An empty one may be dropped, such as after a
 * comma at the end of each line. That it is empty is known only at the end, so each row with a value is refused. Of two
 * columns with one name, the intended one is unknown.
 */
export function withNamedColumns(file: OpenFile, map: FieldMap): OpenFile {
  const open = file.unnamed.filter(({ name }) => !Object.hasOwn(map, name));
  if (open.length === 0) return file;
  const repeated = open.find(({ repeats }) => repeats !== undefined);
  if (repeated) throw undecided(repeated);
  return {
    ...file,
    columns: file.columns!.filter((column) => !open.some(({ name }) => name === column)),
    parse(record) {
      const row = file.parse(record);
      for (const column of open) passOver(row, column);
      return row;
    },
  };
}

function passOver(row: SourceRow, column: Unnamed): void {
  const cell = row[column.name];
  if (cell !== null && cell !== "") throw undecided(column);
  delete row[column.name];
}

function undecided({ name, repeats }: Unnamed): PlinthError {
  const why =
    repeats === undefined
      ? "the column has no name in the header, but a value here"
      : `the header has the name ${excerpt(repeats)} twice; this is the second`;
  return invalid(
    name,
    `${why}; use map (--map) to decide: {"${name}": "a_field"}, or {"${name}": null} to leave it out`,
  );
}
