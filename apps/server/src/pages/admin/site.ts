import type { AdminFileEntry, AdminFileList, AdminFiles } from "@plinth/core";
import { adminPolicy, apiOriginIn } from "./policy.ts";

const LIST = "files.json";
const INDEX = "index.html";
/** Files below it have their content's hash in their names. */
const HASHED = "assets/";

/** The built admin: one page at all its paths, and the files that the page loads. */
export interface AdminSite {
  /** There is a build. */
  isBuilt(): Promise<boolean>;
  /**
   * Answers with the file of this path, which begins after `/admin/`, or with the page. Null: there is no such file.
   * Undefined: there is no build.
   */
  answer(path: string, headers: Headers): Promise<Response | null | undefined>;
}

interface Build {
  readonly files: ReadonlyMap<string, AdminFileEntry>;
  readonly policy: string;
}

export function adminSite(files: AdminFiles): AdminSite {
  let known: Build | undefined;
  /** A build that is not there is looked for again. On some hosts, no request may wait for what another one reads. */
  const build = async (): Promise<Build | undefined> => {
    known ??= await readBuild(files);
    return known;
  };
  return {
    isBuilt: async () => (await build()) !== undefined,
    async answer(path, headers) {
      const found = await build();
      if (!found) return undefined;
      const name = nameOf(path, found);
      const entry = found.files.get(name);
      return entry ? answerFile(files, { name, entry, headers, policy: found.policy }) : null;
    },
  };
}

async function readBuild(files: AdminFiles): Promise<Build | undefined> {
  const [list, index] = await Promise.all([files.read(LIST), files.read(INDEX)]);
  if (!list || !index) return undefined;
  const text = new TextDecoder();
  return {
    files: new Map(Object.entries(JSON.parse(text.decode(list)) as AdminFileList)),
    policy: adminPolicy(apiOriginIn(text.decode(index))),
  };
}

/** A path with its own file, or the page; what looks like a file but is none is never the page. */
function nameOf(path: string, { files }: Build): string {
  const isFile = path.startsWith(HASHED) || (path.includes(".") && !path.includes("/"));
  return isFile || files.has(path) ? path : INDEX;
}

interface FileRequest {
  readonly name: string;
  readonly entry: AdminFileEntry;
  readonly headers: Headers;
  readonly policy: string;
}

const ENCODINGS = { br: "br", gz: "gzip" } as const;

async function answerFile(files: AdminFiles, { name, entry, headers, policy }: FileRequest): Promise<Response | null> {
  const form = files.hostCompresses ? undefined : acceptedForm(entry, headers.get("accept-encoding"));
  const tag = `"${form ? `${entry.tag}-${form}` : entry.tag}"`;
  const answered: Record<string, string> = {
    "content-type": entry.type,
    "cache-control": name.startsWith(HASHED) ? "public, max-age=31536000, immutable" : "no-cache",
    etag: tag,
    ...(entry.forms.length > 0 && !files.hostCompresses && { vary: "accept-encoding" }),
    ...(name === INDEX && {
      "content-security-policy": policy,
      "referrer-policy": "no-referrer",
      "cross-origin-opener-policy": "same-origin",
    }),
  };
  if (knows(headers.get("if-none-match"), tag)) return new Response(null, { status: 304, headers: answered });
  const bytes = await files.read(form ? `${name}.${form}` : name);
  if (!bytes) return null;
  if (form) answered["content-encoding"] = ENCODINGS[form];
  return new Response(bytes as Uint8Array<ArrayBuffer>, { headers: answered });
}

/** The smallest form that the client takes (RFC 9110, 12.5.3): `br` where both are equally welcome. */
function acceptedForm({ forms }: AdminFileEntry, accepted: string | null): keyof typeof ENCODINGS | undefined {
  if (accepted === null) return undefined;
  const weights = new Map(accepted.toLowerCase().split(",").map(weightIn));
  const weigh = (form: keyof typeof ENCODINGS): number => weights.get(ENCODINGS[form]) ?? weights.get("*") ?? 0;
  const taken = forms.filter((form) => weigh(form) > 0);
  return taken.toSorted((a, b) => weigh(b) - weigh(a) || (a < b ? -1 : 1))[0];
}

function weightIn(text: string): [string, number] {
  const [coding = "", ...parameters] = text.split(";").map((part) => part.trim());
  const quality = parameters.find((part) => part.startsWith("q="));
  const weight = quality === undefined ? 1 : Number(quality.slice(2));
  return [coding, Number.isFinite(weight) ? weight : 0];
}

/** Weak comparison (RFC 9110, 13.1.2): proxies that compress make a tag weak. */
function knows(header: string | null, tag: string): boolean {
  if (header === null) return false;
  return header.split(",").some((one) => one.trim() === "*" || one.trim().replace(/^W\//, "") === tag);
}
