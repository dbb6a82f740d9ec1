import { openAsBlob } from "node:fs";
import { stat } from "node:fs/promises";
import { basename } from "node:path";
import { asciiJson } from "@plinth/core";
import type { Api } from "../api.ts";
import type { Call, ExitCode } from "../command.ts";
import { usage } from "../errors.ts";
import { jsonObject } from "../options.ts";
import { type LocalFile, listLocal, sha256Of, unreadable } from "./local.ts";
import type { PUT_OPTIONS } from "./options.ts";
import { apiPathOf, type BucketPath, joined, placeOf } from "./place.ts";
import { LARGE_FILE_BYTES, sendLarge } from "./send-large.ts";
import { findStored, listStored, type RemoteFile, unseen } from "./stored.ts";
import { type FileTransfer, showTransfer, transferAll } from "./transfer.ts";

/** `plinth files put SOURCE BUCKET/PATH` */
export async function putFiles(call: Call<typeof PUT_OPTIONS>): Promise<ExitCode> {
  const [source, target] = call.args;
  const place = placeOf(target!);
  const headers = headersIn(call.values);
  const api = call.api();
  const facts = await stat(source!).catch(unreadable(source!));
  if (!facts.isDirectory()) {
    const name = basename(source!);
    const path = place.isFolder ? joined(place.path, name) : place.path;
    const stored = await findStored(api, { ...place, path });
    const transfer = upload(api, { file: source!, path, size: facts.size }, { ...place, path }, { headers, stored });
    return showTransfer(call, "stored", await transferAll(call, "Sending", [transfer]));
  }
  if (call.values["content-type"] !== undefined) throw usage("--content-type goes with a single file");
  const { files, others } = await listLocal(source!);
  for (const other of others) call.terminal.err(`${other} is no file, and is left out.\n`);
  const there = new Map((await listStored(api, place).catch(unseen)).map((file) => [file.path, file]));
  const transfers = files.map((local) => {
    const path = joined(place.path, local.path).normalize("NFC");
    return upload(api, local, { ...place, path }, { headers, stored: there.get(path) });
  });
  return showTransfer(call, "stored", await transferAll(call, "Sending", transfers));
}

function headersIn(values: Call<typeof PUT_OPTIONS>["values"]): Record<string, string> {
  const metadata = jsonObject("metadata", values.metadata);
  const type = values["content-type"];
  return {
    ...(type !== undefined && { "content-type": type }),
    ...(values["if-absent"] && { "if-none-match": "*" }),
    ...(metadata && { "x-file-metadata": asciiJson(metadata) }),
  };
}

interface Upload {
  readonly headers: Readonly<Record<string, string>>;
  /** What is there now. */
  readonly stored: RemoteFile | undefined;
}

function upload(api: Api, local: LocalFile, place: BucketPath, { headers, stored }: Upload): FileTransfer {
  // What is asked besides the bytes has to be asked of the server.
  const canSkip = Object.keys(headers).length === 0;
  return {
    path: local.path,
    size: local.size,
    async run() {
      const sha256 = await sha256Of(local.file);
      if (canSkip && stored && stored.size === local.size && stored.sha256 === sha256) return undefined;
      const file = await openAsBlob(local.file).catch(unreadable(local.file));
      if (file.size >= LARGE_FILE_BYTES) await sendLarge(api, place, file, { ...headers, sha256 });
      else await api.putFile(apiPathOf(place), file, { ...headers, "x-file-sha256": sha256 });
      return file.size;
    },
  };
}
