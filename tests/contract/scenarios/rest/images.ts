import { DIFFICULT, orientedJpeg, pngHeader, pngOf, SAMPLES } from "@plinth/conformance";
import type { JsonObject } from "@plinth/core";
import { as } from "../../as.ts";
import { bucket, file, onHostsWithFiles, upload } from "../../fixtures/files.ts";
import { aText } from "../../match.ts";
import {
  type Call,
  created,
  dataOf,
  get,
  INTERNALS,
  ok,
  post,
  type Reply,
  refused,
  type Scenario,
  type Seen,
  withHeaders,
} from "../../scenario.ts";
import type { World } from "../../world.ts";

const PRESETS = { thumb: { width: 10, height: 10 }, wide: { width: 20, format: "png" } };
const SHOWN = { role: "authenticated", collection: "files", action: "read", condition: { bucket: "photos-own" } };
const asBrowser = { accept: "image/avif;q=0,image/webp,image/*,*/*;q=0.8" };
const flag = await pngOf(40, 20, (x) => (x < 20 ? [255, 0, 0, 255] : [0, 0, 255, 255]));
const BOMB = pngHeader(100_000, 100_000);
const ZIP = Uint8Array.from([0x50, 0x4b, 3, 4, 20, 0, 0, 0, 8, 0]);

const png = (path: string, bytes: Uint8Array<ArrayBuffer>) => upload(path, bytes, { "content-type": "image/png" });
const image = (headers: Record<string, string | RegExp | null>) => ({ status: 200, excludes: INTERNALS, headers });

const sign = (image: JsonObject) =>
  post("/api/files/sign", { bucket: "photos-own", path: "flag.png", expires_in: 600, image });

/** The signed URL that was answered last. */
function signed({ replies }: Seen, more: Record<string, string> = {}): Call {
  const { pathname, searchParams } = new URL(
    dataOf(
      replies.findLast(({ text }) => text.includes('"url"')),
      "url",
    ),
  );
  return get(pathname, { ...Object.fromEntries(searchParams), ...more });
}

const withoutCodec: Scenario["skip"] = (info) =>
  onHostsWithFiles?.(info) ?? (info.images ? undefined : "this host changes no pictures");

/** Twenty at once, of which one makes it, are given one file. */
async function sameForAll(_: Reply, world: World): Promise<void> {
  const asked = get(file("photos/flag.png"), { preset: "wide" });
  const all = await Promise.all(Array.from({ length: 20 }, () => world.send(as.anonymous, asked)));
  const tags = new Set(all.map(({ status, headers }) => `${status} ${headers.get("etag")}`));
  if (tags.size !== 1 || all[0]!.status !== 200) throw new Error(`the answers differ: ${[...tags].join(", ")}`);
}

export const scenarios: Scenario[] = [
  {
    name: "images: a picture's size is known at once, and what cannot be decoded is refused before it is",
    skip: onHostsWithFiles,
    as: as.secretKey,
    needs: [bucket("photos", { public: true, image_presets: PRESETS })],
    request: png("photos/bomb.png", BOMB),
    expect: created({ data: { content_type: "image/png", width: 100_000, height: 100_000, blurhash: null } }),
    then: [
      { request: get(file("photos/bomb.png"), { width: 10 }), expect: refused(422, "LIMIT_EXCEEDED") },
      {
        request: png("photos/zip.png", ZIP),
        expect: created({ data: { content_type: "application/zip", width: null } }),
      },
      { request: get(file("photos/zip.png"), { width: 10 }), expect: refused(415, "UNSUPPORTED_MEDIA_TYPE", "path") },
      { request: upload("photos/x.svg", '<svg onload="alert(1)"/>'), expect: created({ data: { width: null } }) },
      {
        as: as.anonymous,
        request: get(file("photos/x.svg"), { preset: "thumb" }),
        expect: refused(415, "UNSUPPORTED_MEDIA_TYPE", "path"),
      },
      ...(
        [
          ["width", 0],
          ["height", 10_001],
          ["fit", "crop"],
          ["position", "2,2"],
          ["quality", 101],
          ["format", "svg"],
          ["strip", "no"],
        ] as const
      ).map(([name, value]) => ({
        request: get(file("photos/bomb.png"), { [name]: value }),
        expect: refused(422, "VALIDATION", name),
      })),
    ],
  },
  {
    name: "images: readers choose among the bucket's presets, and secret keys what they like",
    skip: withoutCodec,
    as: as.secretKey,
    needs: [
      bucket("photos", { public: true, image_presets: PRESETS }),
      bucket("photos-own", { image_presets: PRESETS }, [SHOWN]),
    ],
    request: png("photos/flag.png", flag),
    expect: created({ data: { width: 40, height: 20, blurhash: aText } }),
    then: [
      {
        as: as.anonymous,
        request: withHeaders(get(file("photos/flag.png"), { preset: "thumb" }), asBrowser),
        expect: image({
          "content-type": "image/webp",
          "content-disposition": 'inline; filename="flag.webp"',
          "content-security-policy": /sandbox/,
          "cache-control": "public, no-cache",
          vary: /accept/i,
          etag: /^"[0-9a-f-]{36}-[0-9a-f]{32}"$/,
        }),
      },
      {
        as: as.anonymous,
        request: ({ replies }) =>
          withHeaders(get(file("photos/flag.png"), { preset: "thumb" }), {
            ...asBrowser,
            "if-none-match": replies.at(-1)!.headers.get("etag")!,
          }),
        expect: { status: 304, excludes: INTERNALS },
      },
      {
        as: as.anonymous,
        request: withHeaders(get(file("photos/flag.png"), { preset: "wide" }), { range: "bytes=0-7" }),
        expect: { status: 206, contains: ["PNG"], headers: { "content-range": /^bytes 0-7\/\d+$/ } },
      },
      {
        as: as.anonymous,
        request: get(file("photos/flag.png"), { width: 9 }),
        expect: refused(403, "FORBIDDEN", "preset"),
      },
      {
        as: as.user("alice"),
        request: get(file("photos/flag.png"), { format: "webp" }),
        expect: refused(403, "FORBIDDEN"),
      },
      {
        as: as.anonymous,
        request: get(file("photos/flag.png"), { preset: "none" }),
        expect: refused(422, "VALIDATION", "preset"),
      },
      {
        request: get(file("photos/flag.png"), { preset: "thumb", width: 9 }),
        expect: refused(422, "VALIDATION", "width"),
      },
      {
        request: get(file("photos/flag.png"), { height: 9, format: "jpeg" }),
        expect: image({ "content-type": "image/jpeg" }),
      },
      { request: png("photos-own/flag.png", flag), expect: created() },
      {
        as: as.anonymous,
        request: get(file("photos-own/flag.png"), { preset: "thumb" }),
        expect: refused(401, "UNAUTHORIZED"),
      },
      {
        as: as.user("alice"),
        request: get(file("photos-own/flag.png"), { preset: "thumb" }),
        expect: image({ "cache-control": "private, no-cache" }),
      },
      { request: sign({ width: 9, format: "webp" }), expect: ok({ data: { url: aText } }) },
      { as: as.anonymous, request: signed, expect: image({ "content-type": "image/webp" }) },
      { as: as.anonymous, request: (seen) => signed(seen, { width: "8" }), expect: refused(403, "FORBIDDEN") },
      { as: as.user("alice"), request: sign({ width: 9 }), expect: refused(403, "FORBIDDEN", "preset") },
      { request: png("photos/flag.png", flag.slice(0, 60)), expect: ok({ data: { width: 40, blurhash: null } }) },
      {
        as: as.anonymous,
        request: get(file("photos/flag.png"), { preset: "thumb" }),
        expect: refused(422, "VALIDATION", "path"),
      },
      { request: png("photos/flag.png", flag), expect: ok() },
    ],
    verify: sameForAll,
  },
  {
    name: "images: animations, photos on their side and files that end early have the same answer whatever the codec",
    skip: withoutCodec,
    as: as.secretKey,
    needs: [bucket("photos", { public: true, image_presets: PRESETS })],
    request: png("photos/animation.png", DIFFICULT.animation),
    expect: created({ data: { content_type: "image/webp", width: 40, height: 20, blurhash: aText } }),
    then: [
      {
        as: as.anonymous,
        request: get(file("photos/animation.png"), { preset: "wide" }),
        expect: image({ "content-type": "image/png" }),
      },
      {
        request: png("photos/side.jpg", orientedJpeg(SAMPLES["image/jpeg"], 6)),
        expect: created({ data: { content_type: "image/jpeg", width: 20, height: 40, blurhash: aText } }),
      },
      {
        as: as.anonymous,
        request: withHeaders(get(file("photos/side.jpg"), { preset: "thumb" }), asBrowser),
        expect: image({ "content-type": "image/webp" }),
      },
      ...(["image/jpeg", "image/webp"] as const).flatMap((type) => [
        {
          request: png(`photos/early-${type.slice(6)}`, SAMPLES[type].slice(0, SAMPLES[type].byteLength * 0.8)),
          expect: created({ data: { content_type: type, width: 40, blurhash: null } }),
        },
        {
          as: as.anonymous,
          request: get(file(`photos/early-${type.slice(6)}`), { preset: "thumb" }),
          expect: refused(422, "VALIDATION", "path"),
        },
      ]),
      {
        request: get(file("photos/animation.png"), { format: "webp", width: 10_000, height: 10_000, fit: "fill" }),
        expect: refused(422, "LIMIT_EXCEEDED"),
      },
    ],
  },
];
