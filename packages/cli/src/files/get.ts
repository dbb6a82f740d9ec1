import { mkdir } from "node:fs/promises";
import { basename, dirname, join, resolve, sep } from "node:path";
import type { Api } from "../api.ts";
import type { Call, ExitCode } from "../command.ts";
import { CliError } from "../errors.ts";
import { chunksOf, writeWhole } from "../output-file.ts";
import { hasBytes, isFolder } from "./local.ts";
import type { GET_OPTIONS } from "./options.ts";
import { apiPathOf, type BucketPath, filePlaceOf, placeOf, STDOUT, shownPlace } from "./place.ts";
import { findStored, listStored, type RemoteFile } from "./stored.ts";
import { type FileTransfer, showTransfer, transferAll } from "./transfer.ts";

/** `plinth files get BUCKET/PATH [TARGET]` */
export async function getFiles(call: Call<typeof GET_OPTIONS>): Promise<ExitCode> {
  const [from = "", target] = call.args;
  if (call.values.recursive) return getTree(call, placeOf(from), target ?? ".");
  const place = filePlaceOf(from);
  const api = call.api();
  if (target === STDOUT) {
    for await (const chunk of chunksOf(await api.download(apiPathOf(place)))) await call.terminal.out(chunk);
    return 0;
  }
  const stored = await findStored(api, place);
  const file = await targetOf(place, target);
  const report = await transferAll(call, "Fetching", [download(api, place, stored, file)]);
  return showTransfer(call, "fetched", report);
}

/** In a folder a file keeps its name. */
async function targetOf({ path }: BucketPath, target = "."): Promise<string> {
  return target.endsWith("/") || (await isFolder(target)) ? join(target, basename(path)) : target;
}

async function getTree(call: Call<typeof GET_OPTIONS>, place: BucketPath, folder: string): Promise<ExitCode> {
  const api = call.api();
  const files = await listStored(api, place);
  if (files.length === 0) throw new CliError(`There are no files in ${shownPlace(place)}, or none that you may read.`);
  const skip = place.path === "" ? 0 : place.path.length + 1;
  const transfers = files.map((stored) =>
    download(api, { ...place, path: stored.path }, stored, within(folder, stored.path.slice(skip))),
  );
  return showTransfer(call, "fetched", await transferAll(call, "Fetching", transfers));
}

/** A server's answer must not lead to another folder of this machine. */
function within(folder: string, path: string): string {
  const root = resolve(folder);
  const file = resolve(root, path);
  if (file.startsWith(root.endsWith(sep) ? root : root + sep)) return file;
  throw new CliError(`The server named a file ${path}, which would lead out of ${folder}.`);
}

function download(api: Api, place: BucketPath, stored: RemoteFile | undefined, file: string): FileTransfer {
  return {
    path: place.path,
    size: stored?.size ?? 0,
    async run() {
      if (stored && (await hasBytes(file, stored))) return undefined;
      await mkdir(dirname(file), { recursive: true });
      return writeWhole(file, await api.download(apiPathOf(place)));
    },
  };
}
