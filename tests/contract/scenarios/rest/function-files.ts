import { as } from "../../as.ts";
import { bucket, file, onHostsWithFiles } from "../../fixtures/files.ts";
import { get, INTERNALS, ok, post, put, refused, type Scenario } from "../../scenario.ts";

/** Whole, by pieces, in part, refused, and left in the middle; and models, of which there are none here. */
const WORKS = `export default async ({ ai, files }) => {
  const codeOf = ({ code }) => code;
  async function* pieces() { for (const piece of ["x".repeat(300000), "end"]) yield piece; }
  async function* broken() { yield "half"; throw new Error("no more"); }
  const small = await files.put("made-by-functions", "a/small.txt", "hello there", { content_type: "text/plain" });
  const large = await files.put("made-by-functions", "a/large.bin", pieces());
  const read = await files.read("made-by-functions", "a/large.bin", { start: 299999 });
  const { url } = await files.sign("made-by-functions", "a/small.txt");
  const half = await files.put("made-by-functions", "a/half", broken()).catch(({ message }) => message);
  const { data } = await files.list("made-by-functions", { prefix: "a" });
  const refused = await Promise.all([files.read("others", "x").catch(codeOf), files.delete("made-by-functions", "a/small.txt").catch(codeOf),
    ai.chat({ messages: [{ role: "user", content: "hello" }] }).catch(codeOf)]);
  return { sizes: [small.size, large.size], read: await read.text(), signed: url.includes("/a/small.txt?"), half, names: data.map(({ name }) => name), refused };
};`;

export const scenarios: Scenario[] = [
  {
    name: "functions: files are stored whole and by pieces, in the buckets and by the actions that are declared",
    skip: onHostsWithFiles,
    as: as.secretKey,
    needs: [bucket("made-by-functions")],
    given: [
      {
        request: put("/api/deployments/archives", {
          source: WORKS,
          permissions: {
            ...{ as: "system", ai: true },
            files: { buckets: ["made-by-functions"], actions: ["read", "create"] },
          },
          limits: { cpu_ms: 2000, wall_ms: 30_000 },
        }),
        expect: { status: 200 },
      },
    ],
    request: post("/api/functions/archives", {}),
    expect: ok({
      data: {
        ...{ sizes: [11, 300_003], read: "xend", signed: true, half: "no more", names: ["large.bin", "small.txt"] },
        refused: ["FORBIDDEN", "FORBIDDEN", "AI_NOT_CONFIGURED"],
      },
    }),
    then: [
      {
        as: as.otherSecretKey,
        request: get(file("made-by-functions/a/small.txt")),
        expect: { ...refused(404, "NOT_FOUND"), excludes: INTERNALS },
      },
    ],
  },
];
