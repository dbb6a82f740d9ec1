import type { JsonObject } from "@plinth/core";
import { as } from "../../as.ts";
import { onHostsWithFiles } from "../../fixtures/files.ts";
import { isWorkspace, settingsOf } from "../../fixtures/workspace.ts";
import { aText } from "../../match.ts";
import type { HookAnswer } from "../../outside.ts";
import {
  created,
  dataOf,
  get,
  INTERNALS,
  ok,
  patch,
  post,
  refused,
  type Scenario,
  type Seen,
  type Step,
} from "../../scenario.ts";

const IN = "/api/t/scans";
const at = (name: string): string => `${IN}/files/inbox/${name}`;
const put = (name: string, raw: string) =>
  ({ method: "PUT", path: at(name), raw, headers: { "content-type": "text/plain" } }) as const;
const reads = (text: string) => ({ status: 200, contains: [text], excludes: INTERNALS });

const answer: HookAnswer = ({ data }): JsonObject | undefined => {
  if (data.name === "silent.txt") return undefined;
  return data.size === 3 ? { decision: "deny", reason: "Eicar-Test-Signature" } : { decision: "allow" };
};

/** The path of the URL at which the scanner reads the file that it has said nothing of. */
function urlOfSilent({ outside, replies }: Seen): string {
  const { data } = replies[2]!.json as { data: { hooks: { file_scan: string } } };
  const asked = outside.received(data.hooks.file_scan).find((message) => message.data.name === "silent.txt");
  const { pathname, search } = new URL(asked!.data.url as string);
  return pathname + search;
}

const stranger = (step: Omit<Step, "as">): Step => ({ as: as.anonymous, ...step });

export const scenarios: Scenario[] = [
  {
    name: "file scanner: nobody reads a new file before the scanner has accepted it",
    skip: onHostsWithFiles,
    as: as.operator,
    given: [
      isWorkspace("scans"),
      { request: post(`${settingsOf("scans")}/hook-secret`), expect: { status: 200, excludes: [] } },
      {
        request: ({ outside, replies }) =>
          patch(settingsOf("scans"), { hooks: { file_scan: outside.program(dataOf(replies[1], "secret"), answer) } }),
        expect: { status: 200, body: { data: { hooks: { file_scan: aText } } }, excludes: ["whsec_"] },
      },
      {
        request: post(`${IN}/buckets`, { name: "inbox", public: true, scan: true }),
        expect: created({ data: { scan: true } }),
      },
    ],
    request: put("letter.txt", "Dear Ann"),
    expect: created({ data: { path: "letter.txt", state: "ready" } }),
    then: [
      stranger({ request: get(at("letter.txt")), expect: reads("Dear Ann") }),
      { request: put("letter.txt", "bad"), expect: ok({ data: { state: "quarantined" } }) },
      stranger({ request: get(at("letter.txt")), expect: refused(404, "NOT_FOUND") }),
      {
        request: get(`${IN}/security-log`, { type: "hook_refusal" }),
        expect: ok({ data: [{ outcome: "failed", detail: { hook: "file_scan", reason: "Eicar-Test-Signature" } }] }),
      },
      { request: put("letter.txt", "Dear Ben"), expect: ok({ data: { state: "ready" } }) },
      { request: put("silent.txt", "nobody knows"), expect: created({ data: { state: "quarantined" } }) },
      stranger({ request: get(at("silent.txt")), expect: refused(404, "NOT_FOUND") }),
      stranger({ request: (seen) => get(urlOfSilent(seen)), expect: reads("nobody knows") }),
      stranger({
        request: (seen) => get(urlOfSilent(seen).replace("silent", "letter")),
        expect: refused(403, "FORBIDDEN"),
      }),
    ],
  },
];
