import { as } from "../../as.ts";
import { bucket, file, onHostsWithFiles, upload } from "../../fixtures/files.ts";
import { created, dataOf, get, INTERNALS, ok, post, refused, type Scenario, type Step } from "../../scenario.ts";
import type { World } from "../../world.ts";

const hostile = bucket("hostile");
const at = (name: string): string => `hostile/${name}`;
const has = (text: string, headers: Record<string, string | RegExp | null> = {}) => ({
  ...{ status: 200, contains: [text], excludes: INTERNALS, headers },
});
const named = (path: string) => get("/api/items/files", { filter: { bucket: "hostile", path }, fields: "path,size" });

/** Bytes that are a picture and a page at once, in every kind that the first bytes tell. */
const PAGE = "<script>alert(1)</script>";
const POLYGLOTS: readonly [name: string, start: string, type: string, disposition: RegExp][] = [
  ["gif.html", "GIF89a/*", "image/gif", /^inline/],
  ["pdf.gif", "%PDF-1.7\n", "application/pdf", /^attachment/],
  ["xml.png", '<?xml version="1.0"?>\n', "text/html", /^attachment/],
  ["blank.png", "\n\t  \n", "text/html", /^attachment/],
];

/** A body that breaks off makes no file, whether its length was announced or not. */
async function cutOff(_: unknown, world: World): Promise<void> {
  const body = () => {
    let sent = false;
    return new ReadableStream<Uint8Array>({
      pull(controller) {
        if (sent) controller.error(new Error("cut off"));
        else controller.enqueue(new TextEncoder().encode("half a "));
        sent = true;
      },
    });
  };
  const answer = await world.send(as.secretKey, { ...upload(at("cut.txt"), ""), raw: body }).catch(() => undefined);
  if (answer && answer.status < 400) throw new Error(`half a body was stored: ${answer.status} ${answer.text}`);
  const { status } = await world.send(as.secretKey, get(file(at("cut.txt"))));
  if (status !== 404) throw new Error(`half a body can be read: ${status}`);
}

/** Of writes at once, each is whole or refused, and the file is one of those that were answered. */
async function raced(_: unknown, world: World): Promise<void> {
  const texts = Array.from({ length: 8 }, (_, n) => String(n).repeat(20_000));
  const all = await Promise.all(texts.map((text) => world.send(as.secretKey, upload(at("one.txt"), text))));
  const stored = texts.filter((_, n) => all[n]!.status < 300);
  const { text } = await world.send(as.secretKey, get(file(at("one.txt"))));
  const refusals = new Set(all.map(({ status }) => status).filter((status) => status !== 201 && status !== 200));
  if ([...refusals].some((status) => status !== 409)) throw new Error(`answered ${[...refusals].join(", ")}`);
  if (!stored.includes(text))
    throw new Error(`of ${stored.length} that were stored, the file is none: ${text.slice(0, 9)}`);
  const { data } = (await world.must(as.secretKey, named("one.txt"))) as { data: unknown[] };
  if (data.length !== 1) throw new Error(`there are ${data.length} files of one name`);
}

function formOf(parts: number): Step["request"] {
  const one = 'content-disposition: form-data; name="a"\r\n\r\n1\r\n--b';
  const raw = `--b\r\n${Array.from({ length: parts }, () => one).join("\r\n")}--\r\n`;
  return { ...post(file("hostile")), raw, headers: { "content-type": "multipart/form-data; boundary=b" } };
}

export const scenarios: Scenario[] = [
  {
    name: "hostile files: a name is one file in all Unicode forms, and look-alikes of separators make no folder",
    skip: onHostsWithFiles,
    as: as.secretKey,
    needs: [hostile],
    // "é" of two characters.
    request: upload(at("caf%65%CC%81"), "one"),
    expect: created({ data: { path: "caf\u00e9" } }),
    then: [
      {
        request: upload(at("caf%C3%A9"), "another", { "if-none-match": "*" }),
        expect: refused(412, "PRECONDITION_FAILED"),
      },
      { request: get(file(at("caf%C3%A9"))), expect: has("one") },
      // The sign for ångström is the letter.
      { request: upload(at("%E2%84%AB"), "Å"), expect: created({ data: { path: "\u00c5" } }) },
      // Full-width dots and solidus, and a solidus that is a fraction's.
      ...["%EF%BC%8E%EF%BC%8E%EF%BC%8Fa", "%E2%88%95etc%E2%88%95passwd", "..%E2%81%84a"].map((name) => ({
        request: upload(at(name), "x"),
        expect: created({ data: { folder: "", name: decodeURIComponent(name), path: decodeURIComponent(name) } }),
      })),
      // Signs that turn the direction of what is behind them, a NUL, and a half of a pair.
      ...["cod%E2%80%AEgpj.exe", "%D8%9Cx", "%E2%81%A6x", "a%00.png", "%ED%A0%80"].map((name) => ({
        request: upload(at(name), "x"),
        expect: refused(422, "VALIDATION", "path"),
      })),
      ...["..%2Fx", "a%2F..%2F..%2Fx", "%2E%2E%2Fx", "a%2F.%2Fx", "%2Fetc%2Fpasswd", "..%5Cx", "C%3A%5Cx"].map(
        (name) => ({
          request: upload(at(name), "x"),
          expect: refused(422, "VALIDATION", "path"),
        }),
      ),
      { request: get("/api/folders/hostile"), expect: { ...ok(), excludes: ['"kind":"folder"'] } },
    ],
  },
  {
    name: "hostile files: what is two things at once is shown as one, and never runs",
    skip: onHostsWithFiles,
    as: as.secretKey,
    needs: [hostile],
    request: upload(at("face.svg"), `<svg xmlns="http://www.w3.org/2000/svg">${PAGE}</svg>`, {
      "content-type": "image/png",
    }),
    expect: created({ data: { content_type: "image/svg+xml" } }),
    then: [
      {
        request: get(file(at("face.svg")), { disposition: "inline" }),
        expect: has(PAGE, {
          "content-disposition": /^attachment/,
          "content-security-policy": /sandbox/,
          "x-content-type-options": "nosniff",
        }),
      },
      ...POLYGLOTS.flatMap(([name, start, type, disposition]): Step[] => [
        {
          request: upload(at(name), `${start}${PAGE}`, { "content-type": "image/png" }),
          expect: created({ data: { content_type: type } }),
        },
        {
          request: get(file(at(name))),
          expect: has(PAGE, {
            "content-type": new RegExp(`^${type.replace(/[+/]/g, ".")}`),
            "content-disposition": disposition,
            "content-security-policy": /sandbox/,
            "x-content-type-options": "nosniff",
          }),
        },
      ]),
    ],
  },
  {
    name: "hostile files: bodies that are cut off, and requests of ten thousand parts",
    skip: onHostsWithFiles,
    as: as.secretKey,
    needs: [hostile],
    request: formOf(10_000),
    expect: { ...refused(422, "LIMIT_EXCEEDED"), contains: ["1000 parts"] },
    then: [
      { request: upload(at("ten.txt"), "0123456789"), expect: created() },
      {
        request: {
          ...get(file(at("ten.txt"))),
          headers: { range: `bytes=${Array.from({ length: 1000 }, (_, n) => `${n % 9}-${n % 9}`).join(",")}` },
        },
        expect: has("0123456789", { "content-range": null }),
      },
      {
        request: post("/api/uploads", { bucket: "hostile", path: "short.txt", size: 10 }),
        expect: created({ data: { parts: [{ number: 1, size: 10 }] } }),
      },
      ...[1, 2, 10_001].map(
        (number): Step => ({
          request: (seen) => ({
            ...{ method: "PUT", path: `/api/uploads/${dataOf(seen.replies[3], "id")}/parts` },
            ...{ query: { number: String(number) }, raw: "too short" },
          }),
          expect: refused(422, "VALIDATION"),
        }),
      ),
      {
        request: (seen) => post(`/api/uploads/${dataOf(seen.replies[3], "id")}/complete`),
        expect: refused(409, "CONFLICT", "parts"),
      },
      { request: named("short.txt"), expect: ok({ data: [] }) },
    ],
    verify: cutOff,
  },
  {
    name: "hostile files: of several that write one name at once, the file is one of them, whole",
    skip: onHostsWithFiles,
    as: as.secretKey,
    needs: [hostile],
    request: named("one.txt"),
    expect: ok({ data: [] }),
    verify: raced,
  },
];
