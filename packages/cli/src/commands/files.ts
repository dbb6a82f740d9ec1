import { type CommandGroup, command, flag, text } from "../command.ts";
import { usage } from "../errors.ts";
import { CHECK_OPTIONS, GET_OPTIONS, PUT_OPTIONS, RECURSIVE_OPTION, SIGN_OPTIONS } from "../files/options.ts";
import { apiPathOf, type BucketPath, filePlaceOf, placeOf } from "../files/place.ts";
import { names, numberOption } from "../options.ts";
import { encoded, requestCommand } from "../request-command.ts";

const BUCKET = ["name", "public", "max_bytes", "content_types", "cache_seconds", "redirect", "from_urls"];
const BUCKETS_PATH = "/api/buckets";

const BUCKET_OPTIONS = {
  "max-bytes": text("N", "of one file"),
  "content-types": text("A,B", "that are accepted, such as image/*,application/pdf; all: any"),
  "cache-seconds": text("N", "for which caches may keep a file of a public bucket"),
  redirect: text("on|off", "whether readers are sent to a URL of the store, where it has some"),
  scan: text("on|off", "whether the workspace's scanner is asked before new files can be read"),
  "max-versions": text("N", "of one file; none: all"),
  "max-total-bytes": text("N", "of all its files together; none: no limit"),
  "max-files": text("N", "that it may have; none: no limit"),
  "max-bytes-per-user": text("N", "of the files of one user; none: no limit"),
} as const;

type BucketValues = { readonly [option in keyof typeof BUCKET_OPTIONS]: string | undefined };

/** Null takes a limit away. */
function limitIn(option: keyof BucketValues, { [option]: value }: BucketValues): number | null | undefined {
  return value === "none" ? null : numberOption(option, value);
}

function settingsIn(values: BucketValues) {
  const types = values["content-types"];
  return {
    max_bytes: numberOption("max-bytes", values["max-bytes"]),
    cache_seconds: numberOption("cache-seconds", values["cache-seconds"]),
    max_versions: limitIn("max-versions", values),
    max_total_bytes: limitIn("max-total-bytes", values),
    max_files: limitIn("max-files", values),
    max_bytes_per_user: limitIn("max-bytes-per-user", values),
    content_types: types === undefined ? undefined : types === "all" ? null : names(types),
    redirect: values.redirect === undefined ? undefined : isOn("redirect", values.redirect),
    scan: values.scan === undefined ? undefined : isOn("scan", values.scan),
  };
}

function isOn(option: string, value: string): boolean {
  if (value === "on" || value === "off") return value === "on";
  throw usage(`--${option} is on or off, not "${value}"`);
}

export const BUCKET_COMMANDS: CommandGroup = {
  summary: "where files are: what may be stored there, and who reads it",
  actions: {
    list: requestCommand({
      summary: "list the buckets",
      request: () => ["GET", BUCKETS_PATH],
      columns: BUCKET,
    }),
    create: requestCommand({
      summary: "make a bucket",
      args: ["NAME"],
      options: {
        public: flag("anybody reads its files, without a rule"),
        versions: flag("bytes that are replaced or deleted are kept"),
        "from-urls": flag("who may store files may let the server fetch them"),
        ...BUCKET_OPTIONS,
      },
      request: ([name], { public: isPublic, versions, "from-urls": fromUrls, ...values }) => [
        "POST",
        BUCKETS_PATH,
        { name, public: isPublic, versions, from_urls: fromUrls, ...settingsIn(values) },
      ],
      columns: BUCKET,
    }),
    update: requestCommand({
      summary: "change a bucket",
      args: ["NAME"],
      options: {
        public: flag("from now on anybody reads its files"),
        private: flag("from now on the rules of files say who reads them"),
        "from-urls": flag("from now on the server fetches files for it"),
        "no-urls": flag("from now on it does not"),
        ...BUCKET_OPTIONS,
      },
      request([name], { public: opens, private: closes, "from-urls": fetches, "no-urls": stops, ...values }) {
        if (opens && closes) throw usage("--public goes without --private");
        if (fetches && stops) throw usage("--from-urls goes without --no-urls");
        const access = opens || closes ? { public: opens } : {};
        const urls = fetches || stops ? { from_urls: fetches } : {};
        return ["PATCH", `${BUCKETS_PATH}/${encoded(name)}`, { ...access, ...urls, ...settingsIn(values) }];
      },
      columns: BUCKET,
    }),
    delete: requestCommand({
      summary: "delete an empty bucket",
      args: ["NAME"],
      request: ([name]) => ["DELETE", `${BUCKETS_PATH}/${encoded(name)}`],
      columns: ["name"],
    }),
  },
};

const PLACE = "BUCKET/PATH";
const HOUR = "3600";

export const FILE_COMMANDS: CommandGroup = {
  summary: "files in buckets; plinth buckets makes those",
  actions: {
    ls: requestCommand({
      summary: "list the folders and files of a bucket or a folder",
      args: ["BUCKET[/FOLDER]"],
      access: "anyone",
      request([target]) {
        const { bucket, path } = placeOf(target!);
        const query = path === "" ? "" : `?${new URLSearchParams({ prefix: path })}`;
        return ["GET", `/api/folders/${encoded(bucket)}${query}`];
      },
      columns: ["name", "size", "content_type", "updated_at"],
      row: (entry) => (entry.kind === "folder" ? { name: `${entry.name}/` } : entry),
    }),
    put: command({
      summary: "store a file, or all files of a folder",
      args: ["SOURCE", PLACE],
      options: PUT_OPTIONS,
      access: "anyone",
      notes: `A file keeps its name where the target is a bucket or ends with a /. Files whose bytes are there already are not sent again, so the
same command goes on after an interruption. One of 50 MB or more is sent in pieces, and goes on where a connection was cut. Exit code 1: some files failed, the others are stored.
`,
      run: async (call) => (await import("../files/put.ts")).putFiles(call),
    }),
    get: command({
      summary: "fetch a file, or with --recursive a folder",
      args: [PLACE, "[TARGET]"],
      options: GET_OPTIONS,
      access: "anyone",
      notes: `TARGET is a file, a folder, or - for the standard output; else the file gets its own name here. Files whose bytes are here already
are not fetched again. Exit code 1: some files failed, the others are here.
`,
      run: async (call) => (await import("../files/get.ts")).getFiles(call),
    }),
    fetch: requestCommand({
      summary: "let the server store what is at an address",
      args: ["URL", PLACE],
      access: "anyone",
      request([url, target]) {
        const { bucket, path } = filePlaceOf(target!);
        return ["POST", "/api/files/fetch", { url, bucket, path }];
      },
      columns: ["path", "size", "content_type"],
    }),
    zip: command({
      summary: "fetch a folder, or a whole bucket, as a zip archive",
      args: ["BUCKET[/FOLDER]", "[TARGET]"],
      access: "anyone",
      notes:
        "TARGET is a file, a folder, or - for the standard output; else the archive gets the name of the folder here.\n",
      run: async (call) => (await import("../files/zip.ts")).zipFolder(call),
    }),
    rm: requestCommand({
      summary: "delete a file, or with --recursive a folder",
      args: [PLACE],
      options: RECURSIVE_OPTION,
      access: "anyone",
      request([target], { recursive }) {
        const place = recursive ? placeOf(target!) : filePlaceOf(target!);
        if (place.path === "") throw usage("Name a folder of the bucket, such as photos/2026");
        return ["DELETE", `${apiPathOf(place)}${recursive ? "?tree=true" : ""}`];
      },
      columns: ["deleted"],
    }),
    mv: requestCommand({
      summary: "rename or move a file, or with --recursive a folder, within its bucket",
      args: [PLACE, PLACE],
      options: RECURSIVE_OPTION,
      access: "anyone",
      request([source, target], { recursive }) {
        const [from, to] = [source!, target!].map(recursive ? placeOf : filePlaceOf) as [BucketPath, BucketPath];
        if (from.bucket !== to.bucket)
          throw usage("A file stays in its bucket; fetch it and store it in the other one");
        const move = { bucket: from.bucket, from: from.path, to: to.path };
        return ["POST", "/api/files/move", { ...move, ...(recursive && { tree: true }) }];
      },
      columns: ["moved"],
    }),
    sign: requestCommand({
      summary: "make a URL by which anybody reads a file for some time",
      args: [PLACE],
      options: SIGN_OPTIONS,
      access: "anyone",
      request([target], { "expires-in": expiresIn = HOUR, disposition, address }) {
        const { bucket, path } = filePlaceOf(target!);
        const expires_in = numberOption("expires-in", expiresIn);
        return ["POST", "/api/files/sign", { bucket, path, expires_in, disposition, address }];
      },
      columns: ["url", "expires_at"],
    }),
    revoke: requestCommand({
      summary: "end the signed URLs of a file, a bucket, or all of the workspace",
      args: ["[BUCKET[/PATH]]"],
      request([target]) {
        if (target === undefined) return ["POST", "/api/files/revoke", {}];
        const { bucket, path } = placeOf(target);
        return ["POST", "/api/files/revoke", { bucket, ...(path !== "" && { path }) }];
      },
      columns: ["bucket", "path"],
    }),
    versions: requestCommand({
      summary: "list the versions of a file that its bucket keeps",
      args: [PLACE],
      access: "anyone",
      request: ([target]) => ["GET", apiPathOf(filePlaceOf(target!)).replace("/api/files/", "/api/file-versions/")],
      columns: ["version", "size", "content_type", "created_at", "current"],
    }),
    restore: requestCommand({
      summary: "give a file the bytes of one of its versions",
      args: [PLACE, "VERSION"],
      access: "anyone",
      request([target, version]) {
        const { bucket, path } = filePlaceOf(target!);
        return ["POST", "/api/files/restore", { bucket, path, version }];
      },
      columns: ["bucket", "path", "version"],
    }),
    check: command({
      summary: "compare all files with the bytes in the store",
      options: CHECK_OPTIONS,
      access: "caller",
      notes: "Exit code 1: bytes are missing, have another size, or belong to no file.\n",
      run: async (call) => (await import("../files/check.ts")).runFilesCheck(call),
    }),
  },
};
