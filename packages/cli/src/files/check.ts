import { plural } from "@plinth/core";
import type { Call, ExitCode } from "../command.ts";
import { count } from "../progress.ts";
import { printable } from "../table.ts";
import type { CHECK_OPTIONS } from "./options.ts";

interface FoundFile {
  readonly id: string;
  readonly bucket: string;
  readonly path: string;
}

/** The answer of `POST /api/files/check`, for a part of the files; and of all of them. */
interface Checked {
  checked: number;
  missing: FoundFile[];
  wrong_size: FoundFile[];
  wrong_bytes: FoundFile[];
  /** Bytes in the store that belong to no file. */
  orphans: number;
  removed: number;
}

/** `plinth files check` */
export async function runFilesCheck(call: Call<typeof CHECK_OPTIONS>): Promise<ExitCode> {
  const { fix } = call.values;
  const api = call.api();
  const all: Checked = { checked: 0, missing: [], wrong_size: [], wrong_bytes: [], orphans: 0, removed: 0 };
  for (let cursor: string | null = null; ; ) {
    const { data } = await api.manage("POST", "/api/files/check", {
      ...(fix && { fix }),
      ...(cursor !== null && { cursor }),
    });
    const part = data as unknown as Checked & { next_cursor: string | null };
    all.checked += part.checked;
    all.missing.push(...part.missing);
    all.wrong_size.push(...part.wrong_size);
    all.wrong_bytes.push(...part.wrong_bytes);
    all.orphans += part.orphans;
    all.removed += part.removed;
    cursor = part.next_cursor;
    if (cursor === null) break;
  }
  await call.show(all, textOf(all));
  const left = all.orphans - all.removed;
  return all.missing.length + all.wrong_size.length + all.wrong_bytes.length + left > 0 ? 1 : 0;
}

function textOf({ checked, missing, wrong_size, wrong_bytes, orphans, removed }: Checked): string {
  const of = (files: FoundFile[], what: string) =>
    files.map(({ bucket, path }) => `${printable(`${bucket}/${path}`)}: ${what}\n`);
  const lines = [
    ...of(missing, "its bytes are missing in the store"),
    ...of(wrong_size, "its bytes have another size"),
    ...of(wrong_bytes, "its bytes are others than those that were stored"),
    ...(orphans > 0
      ? [`${count(orphans)} ${plural(orphans, "object")} in the store belong to no file; ${count(removed)} removed.\n`]
      : []),
  ];
  const end = lines.length === 0 ? " Nothing is wrong." : "";
  return `${lines.join("")}${count(checked)} ${plural(checked, "file")} checked.${end}\n`;
}
