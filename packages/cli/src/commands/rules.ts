import { type CommandGroup, choice, text } from "../command.ts";
import { usage } from "../errors.ts";
import { DATA_OPTION, jsonInput } from "../json-input.ts";
import { jsonObject, names } from "../options.ts";
import { type ApiObject, encoded, requestCommand } from "../request-command.ts";

const PATH = "/api/permissions";
const RULE = ["role", "collection", "action", "effect", "condition", "fields", "check", "presets", "id"];
const REFUSAL = ["request_id", "at", "who", "method", "path", "code", "message"];
const DECISION = ["decision", "reason", "rule", "roles", "failed"];
const NOTES = "FILE holds the JSON that POST /api/permissions takes: a rule, or a list of them.\n";

const rolePath = (name: string | undefined) => `/api/roles/${encoded(name)}`;

function given(values: Readonly<Record<string, string | undefined>>, ...keys: string[]): string {
  const query = keys.flatMap((key) => (values[key] === undefined ? [] : [[key, values[key]]]));
  return query.length === 0 ? "" : `?${new URLSearchParams(query as [string, string][])}`;
}

export const RULES: CommandGroup = {
  summary: "who may do what in a workspace",
  actions: {
    list: requestCommand({
      summary: "list the rules",
      options: { role: text("NAME", "only those of a role"), collection: text("SLUG", "only those of a collection") },
      request: (_, { role, collection }) => ["GET", `${PATH}${given({ role, collection }, "role", "collection")}`],
      columns: RULE,
    }),
    create: requestCommand({
      summary: "make a rule, or several: all or none",
      args: ["[FILE]"],
      options: { data: DATA_OPTION },
      notes: NOTES,
      request: async ([file], { data }, { terminal }) => ["POST", PATH, await jsonInput(file, data, terminal)],
      columns: RULE,
    }),
    preset: requestCommand({
      summary: "make the rules of a preset",
      args: ["COLLECTION", "PRESET"],
      notes: "PRESET is owner; for the collection of users it is own_profile or public_profiles.\n",
      request: ([collection, preset]) => ["POST", `${PATH}/presets`, { collection, preset }],
      columns: RULE,
    }),
    update: requestCommand({
      summary: "change a rule",
      args: ["ID", "[FILE]"],
      options: { data: DATA_OPTION },
      request: async ([id, file], { data }, { terminal }) => [
        "PATCH",
        `${PATH}/${encoded(id)}`,
        await jsonInput(file, data, terminal),
      ],
      columns: RULE,
    }),
    delete: requestCommand({
      summary: "delete a rule",
      args: ["ID"],
      request: ([id]) => ["DELETE", `${PATH}/${encoded(id)}`],
      columns: ["id"],
    }),
    simulate: requestCommand({
      summary: "explain what the rules decide",
      args: ["COLLECTION"],
      options: {
        action: choice(["read", "create", "update", "delete"], "what somebody wants to do", { required: true }),
        roles: text("A,B", "who wants it: anybody with these roles"),
        user: text("ID", "who wants it: this user"),
        principal: text("PRINCIPAL", "who wants it: anonymous, role:NAME, user:ID, key:ID"),
        id: text("ID", "with a stored item"),
        item: text("JSON", "with this item; of a create or an update, the body of the request"),
      },
      request([collection], { action, roles, user, principal, id, item }) {
        if ([roles, user, principal].filter((one) => one !== undefined).length !== 1)
          throw usage("Say who wants it with --roles, --user or --principal");
        const who = { roles: roles === undefined ? undefined : names(roles), user_id: user, as: principal };
        return ["POST", `${PATH}/simulate`, { collection, action, ...who, id, item: jsonObject("item", item) }];
      },
      columns: DECISION,
      rows: (decided) => [decisionRow(decided)],
    }),
    refused: requestCommand({
      summary: "list the last requests that were refused for lack of rights, or explain one",
      args: ["[REQUEST]"],
      options: { user: text("ID", "only what was refused to this user") },
      notes:
        "REQUEST is the request_id of an error. Then the last columns say what the rules decide now. The server keeps a few\n" +
        "refusals of the last hour, in memory.\n",
      request: ([request_id], { user }) => [
        "GET",
        `/api/refusals${given({ request_id, user_id: user }, "request_id", "user_id")}`,
      ],
      columns: (rows) => (rows.some((row) => "decision" in row) ? [...REFUSAL, ...DECISION] : REFUSAL),
      row: ({ principal, explanation, ...refusal }) => {
        const { kind, id } = principal as { kind: string; id: string | null };
        const decided = explanation ? decisionRow(explanation as ApiObject) : {};
        return { ...refusal, who: id === null ? kind : `${kind}:${id}`, ...decided };
      },
    }),
  },
};

/** `failed`: what the rules that might have allowed it lack. */
function decisionRow({ deciding_rule, matched_rules, ...decided }: ApiObject): ApiObject {
  const rules = (matched_rules ?? []) as readonly { failed?: readonly { message: string }[] }[];
  const failed = rules.flatMap((rule) =>
    rule.failed ? [rule.failed.map(({ message }) => message).join(", and ")] : [],
  );
  return { ...decided, rule: (deciding_rule as ApiObject | null)?.id, failed: failed.join("; or ") };
}

interface Exposed {
  readonly slug: string;
  readonly actions: Readonly<Record<string, { readonly state: string }>>;
  readonly items: { readonly count: number; readonly more: boolean } | null;
}

function exposedRow({ slug, actions, items }: Exposed): ApiObject {
  const states = Object.entries(actions).map(([action, { state }]) => [action, state === "closed" ? "" : state]);
  const counted = items ? `${items.count}${items.more ? "+" : ""}` : "";
  return { collection: slug, ...Object.fromEntries(states), items: counted };
}

export const EXPOSURE = requestCommand({
  summary: "show what a stranger, or somebody else, may read and write now",
  args: ["[PRINCIPAL]"],
  options: { collection: text("SLUG", "only this one") },
  notes:
    "PRINCIPAL is anonymous unless given; or authenticated, role:NAME, user:ID, user:ID@ORGANIZATION or key:ID. The table has\n" +
    "what is open; --json has the conditions, fields and rules too, and what is open beside collections.\n",
  request: ([as], { collection }) => ["GET", `/api/exposure${given({ as, collection }, "as", "collection")}`],
  columns: ["collection", "read", "create", "update", "delete", "items"],
  rows: ({ collections }) => (collections as readonly Exposed[]).map(exposedRow),
});

export const ROLES: CommandGroup = {
  summary: "the roles of a workspace",
  actions: {
    list: requestCommand({
      summary: "list the roles",
      request: () => ["GET", "/api/roles"],
      columns: ["name", "description", "system"],
    }),
    create: requestCommand({
      summary: "make a role",
      args: ["NAME"],
      options: { description: text("TEXT", "what it is for") },
      request: ([name], { description }) => ["POST", "/api/roles", { name, description }],
      columns: ["name", "description"],
    }),
    delete: requestCommand({
      summary: "delete a role and its rules",
      args: ["NAME"],
      request: ([name]) => ["DELETE", rolePath(name)],
      columns: ["name"],
    }),
  },
};
