import type { MessageDescriptor } from "@lingui/core";
import { msg } from "@lingui/core/macro";
import type { FlowNode } from "./content.ts";

/** A part of a node, and how it is written in a form. */
export interface PartSpec {
  readonly name: string;
  readonly label: MessageDescriptor;
  readonly hint?: MessageDescriptor;
  /**
   * `expression`: CEL. `text`: one line with expressions between braces; `long`: several. `json`: any value. `name`: a plain text.
   * `texts`: one text, or several as a list. `flag`: yes or no.
   */
  readonly as:
    | "expression"
    | "text"
    | "long"
    | "json"
    | "name"
    | "number"
    | "choice"
    | "collection"
    | "function"
    | "texts"
    | "flag";
  readonly choices?: readonly string[];
  readonly required?: boolean;
  /** A text of digits counts as a number. */
  readonly numeric?: true;
  /** Where it counts only for some. */
  readonly when?: (node: FlowNode) => boolean;
}

export interface NodeSpec {
  readonly title: MessageDescriptor;
  readonly says: MessageDescriptor;
  readonly parts: readonly PartSpec[];
  /** Parts that hold nodes. */
  readonly lists?: readonly string[];
  /** The parts of a new one. */
  readonly first: () => { readonly [part: string]: unknown };
  /** A word about one, for the drawing. */
  readonly brief: (node: FlowNode) => string;
}

const textOf = (value: unknown): string =>
  value === undefined || value === null ? "" : typeof value === "string" ? value : JSON.stringify(value);

const ITEM_TAKES: Readonly<Record<string, readonly string[]>> = {
  list: ["collection", "query"],
  get: ["collection", "item", "query"],
  create: ["collection", "data"],
  update: ["collection", "item", "data", "options"],
  upsert: ["collection", "data", "options"],
  delete: ["collection", "item", "options"],
  batch: ["operations"],
};

const itemPart = (part: Omit<PartSpec, "when">): PartSpec => ({
  ...part,
  when: ({ action }) => ITEM_TAKES[textOf(action)]?.includes(part.name) ?? true,
});

const isChat = ({ action }: FlowNode): boolean => action !== "embed";

/** The types of nodes that have a form. The server may have more; those are written as JSON. */
export const NODE_SPECS: Readonly<Record<string, NodeSpec>> = {
  item: {
    title: msg`Items`,
    says: msg`Reads or writes items, once`,
    parts: [
      { name: "action", label: msg`Action`, as: "choice", choices: Object.keys(ITEM_TAKES), required: true },
      itemPart({ name: "collection", label: msg`Collection`, as: "collection", required: true }),
      itemPart({ name: "item", label: msg`Id of the item`, as: "text" }),
      itemPart({ name: "data", label: msg`Data`, as: "json" }),
      itemPart({ name: "query", label: msg`Query`, as: "json", hint: msg`Such as {"filter": {"paid": false}}.` }),
      itemPart({ name: "options", label: msg`Options`, as: "json", hint: msg`Such as {"if_version": 3}.` }),
      itemPart({ name: "operations", label: msg`Operations`, as: "json", hint: msg`A list, as a batch of the API.` }),
    ],
    first: () => ({ action: "create", collection: "", data: {} }),
    brief: ({ action, collection }) => [action, collection].map(textOf).filter(Boolean).join(" "),
  },
  http: {
    title: msg`Request`,
    says: msg`Asks another server by https`,
    parts: [
      { name: "method", label: msg`Method`, as: "choice", choices: ["GET", "POST", "PUT", "PATCH", "DELETE"] },
      { name: "url", label: msg`Address`, as: "text", required: true },
      {
        name: "headers",
        label: msg`Headers`,
        as: "json",
        hint: msg`Such as {"authorization": "Bearer {{ secrets.PAY_KEY }}"}.`,
      },
      { name: "body", label: msg`Body`, as: "json" },
    ],
    first: () => ({ method: "POST", url: "https://", body: {} }),
    brief: ({ method, url }) => `${textOf(method) || "POST"} ${textOf(url)}`,
  },
  mail: {
    title: msg`Mail`,
    says: msg`Sends a mail, once`,
    parts: [
      { name: "to", label: msg`To`, as: "texts", required: true, hint: msg`An address, or up to 20, one in a line.` },
      { name: "subject", label: msg`Subject`, as: "text", required: true },
      { name: "text", label: msg`Text`, as: "long", required: true },
    ],
    first: () => ({ to: "", subject: "", text: "" }),
    brief: ({ to }) => (Array.isArray(to) ? to.join(", ") : textOf(to)),
  },
  function: {
    title: msg`Function`,
    says: msg`Runs a function of the workspace`,
    parts: [
      { name: "name", label: msg`Function`, as: "function", required: true },
      { name: "input", label: msg`Input`, as: "json" },
    ],
    first: () => ({ name: "", input: null }),
    brief: ({ name }) => textOf(name),
  },
  set: {
    title: msg`Value`,
    says: msg`Makes a value for the nodes after it`,
    parts: [{ name: "value", label: msg`Value`, as: "json", required: true }],
    first: () => ({ value: {} }),
    brief: ({ value }) => textOf(value),
  },
  condition: {
    title: msg`Condition`,
    says: msg`Goes one way or the other`,
    parts: [{ name: "if", label: msg`If`, as: "expression", required: true }],
    lists: ["do", "else"],
    first: () => ({ if: "true", do: [], else: [] }),
    brief: (node) => textOf(node.if),
  },
  branch: {
    title: msg`Branch`,
    says: msg`Goes the way of the first case that fits`,
    parts: [{ name: "on", label: msg`Value of`, as: "expression", required: true }],
    lists: ["cases", "else"],
    first: () => ({ on: "input.kind", cases: [{ is: "first", do: [] }], else: [] }),
    brief: ({ on }) => textOf(on),
  },
  loop: {
    title: msg`Loop`,
    says: msg`Once for each element of a list`,
    parts: [
      { name: "in", label: msg`List`, as: "expression", required: true },
      { name: "as", label: msg`Name of each element`, as: "name", required: true },
      { name: "at_once", label: msg`Rounds at the same time`, as: "number" },
      { name: "result", label: msg`Result of each round`, as: "expression" },
    ],
    lists: ["do"],
    first: () => ({ in: "input.lines", as: "line", do: [{ id: "each", type: "set", value: "{{ line }}" }] }),
    brief: (node) => textOf(node.in),
  },
  parallel: {
    title: msg`At the same time`,
    says: msg`All of its lists run at once`,
    parts: [],
    lists: ["branches"],
    first: () => ({
      branches: [[{ id: "one", type: "set", value: null }], [{ id: "other", type: "set", value: null }]],
    }),
    brief: () => "",
  },
  approval: {
    title: msg`Approval`,
    says: msg`Asks people, and waits for them`,
    parts: [
      { name: "question", label: msg`Question`, as: "long", required: true },
      { name: "details", label: msg`Details`, as: "json", hint: msg`Shown with the question.` },
      {
        name: "from",
        label: msg`Who may decide`,
        as: "json",
        required: true,
        hint: msg`Such as {"members": ["admin"], "roles": ["manager"], "addresses": ["ann@example.com"]}.`,
      },
      { name: "needs", label: msg`How many must approve`, as: "name", numeric: true, hint: msg`any, all or a number.` },
      {
        name: "expires_in",
        label: msg`Seconds until it expires`,
        as: "text",
        numeric: true,
        hint: msg`7 days unless set. At most a year.`,
      },
      {
        name: "on_expiry",
        label: msg`When nobody has decided in time`,
        as: "choice",
        choices: ["expired", "rejected", "approved"],
      },
      { name: "mail", label: msg`They get a mail with a link`, as: "flag" },
    ],
    first: () => ({ question: "May it go on?", from: { members: ["admin"] } }),
    brief: ({ question }) => textOf(question),
  },
  event: {
    title: msg`Event`,
    says: msg`Waits for an event that a program stores`,
    parts: [
      {
        name: "event",
        label: msg`Event`,
        as: "name",
        required: true,
        hint: msg`Its name, as POST /api/events has it.`,
      },
      { name: "key", label: msg`Key`, as: "text", hint: msg`Events with another key are not for it.` },
      {
        name: "timeout",
        label: msg`Seconds until it goes on without one`,
        as: "text",
        numeric: true,
        hint: msg`7 days unless set. At most a year.`,
      },
    ],
    first: () => ({ event: "paid", key: "{{ run.id }}" }),
    brief: (node) => textOf(node.event),
  },
  ai: {
    title: msg`AI model`,
    says: msg`Asks a model of the workspace`,
    parts: [
      { name: "action", label: msg`Action`, as: "choice", choices: ["chat", "embed"] },
      { name: "prompt", label: msg`Prompt`, as: "long", when: isChat },
      { name: "system", label: msg`What the model is to know first`, as: "long", when: isChat },
      { name: "input", label: msg`Texts`, as: "texts", when: (node) => !isChat(node), hint: msg`One in a line.` },
      { name: "model", label: msg`Model`, as: "name", hint: msg`Empty: the first of the workspace's.` },
      { name: "max_tokens", label: msg`Tokens of the answer at most`, as: "number", when: isChat },
      { name: "temperature", label: msg`Temperature`, as: "number", when: isChat },
      { name: "json", label: msg`The answer is read as JSON`, as: "flag", when: isChat },
    ],
    first: () => ({ prompt: "" }),
    brief: ({ prompt, model }) => textOf(prompt) || textOf(model),
  },
  wait: {
    title: msg`Wait`,
    says: msg`Sleeps; nothing is held meanwhile`,
    parts: [
      { name: "seconds", label: msg`Seconds`, as: "text", numeric: true, hint: msg`At most a year.` },
      { name: "until", label: msg`Until`, as: "text", hint: msg`A time, in place of seconds.` },
    ],
    first: () => ({ seconds: 60 }),
    brief: ({ seconds, until }) => (seconds === undefined ? textOf(until) : `${textOf(seconds)} s`),
  },
  fail: {
    title: msg`Fail`,
    says: msg`Ends the run as failed`,
    parts: [{ name: "message", label: msg`Message`, as: "long", required: true }],
    first: () => ({ message: "It cannot go on." }),
    brief: ({ message }) => textOf(message),
  },
};

/** Parts that every node may have. */
export const COMMON_PARTS = ["id", "type", "title", "retry", "on_error"] as const;

export const specOf = ({ type }: Pick<FlowNode, "type">): NodeSpec | undefined =>
  Object.hasOwn(NODE_SPECS, type) ? NODE_SPECS[type] : undefined;

/** A word about a node of any type. */
export function briefOf(node: FlowNode): string {
  const spec = specOf(node);
  if (spec) return spec.brief(node);
  const own = Object.entries(node).find(([part, value]) => !isCommon(part) && typeof value === "string");
  return own ? textOf(own[1]) : "";
}

export const isCommon = (part: string): boolean => (COMMON_PARTS as readonly string[]).includes(part);
