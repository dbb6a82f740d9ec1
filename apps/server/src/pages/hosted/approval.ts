import { PlinthError } from "@plinth/core";
import { type LinkedApproval, showApprovalLink } from "@plinth/engine";
import { field, form } from "../frame/form.ts";
import { type Html, html } from "../frame/html.ts";
import type { Messages } from "../messages/index.ts";
import type { PageContent, PageRequest } from "./hosted-page.ts";
import { TOKEN } from "./invitation.ts";

const PATH = "/approval-links/decide";

/**
 * `/approval?token=…`: where the link of a mail leads by which a flow asks somebody. Opening it decides nothing: programs that scan mails
 * open links too.
 */
export async function approvalPage({ ctx, texts, parameters }: PageRequest): Promise<PageContent> {
  const { title, invalid, states } = texts.approval;
  const asked = await askedBy(ctx, parameters.get("token") ?? "");
  if (!asked) return { title, body: html`<h1>${title}</h1><p class="lead">${invalid}</p>`, status: 400 };
  if (asked.state !== "pending")
    return { title, body: html`<h1>${title}</h1><p class="lead">${states[asked.state]}</p>` };
  const shown = html`<h1>${asked.title ?? title}</h1>
<p class="lead lines">${asked.question ?? ""}</p>
${detailsOf(asked.details)}`;
  return {
    title,
    body: html`${shown}${forms(texts, asked)}`,
    script: SCRIPT,
    data: { decided: texts.approval.decided },
    errors: { CONFLICT: texts.approval.already, "VALIDATION.token": invalid },
  };
}

async function askedBy(ctx: PageRequest["ctx"], token: string): Promise<LinkedApproval | undefined> {
  try {
    return token === "" ? undefined : await showApprovalLink(ctx, token);
  } catch (error) {
    if (error instanceof PlinthError && error.code === "VALIDATION") return undefined;
    throw error;
  }
}

function forms(texts: Messages, { expires_at }: LinkedApproval): Html {
  const { lead, comment, approve, reject } = texts.approval;
  const [before = "", after = ""] = lead.split("{time}");
  const until = html`<time datetime="${expires_at}" data-local>${expires_at.slice(0, 16).replace("T", " ")}</time>`;
  const fields = [
    field(texts, { name: "comment", label: comment, autocomplete: "off", maxLength: 1000, required: false }),
  ];
  return html`<p>${before}${until}${after}</p>
<div class="card">${form(texts, { kind: "approve", path: PATH, fields, submit: approve })}
${form(texts, { kind: "reject", path: PATH, submit: reject, look: "danger" })}</div>`;
}

/** The parts of an object by their names, or else JSON. */
function detailsOf(details: unknown): Html | false {
  if (details === null) return false;
  const isObject = typeof details === "object" && !Array.isArray(details);
  if (!isObject) return html`<pre>${textOf(details)}</pre>`;
  return html`<dl class="facts">${Object.entries(details).map(([name, value]) => html`<div><dt>${name}</dt><dd>${textOf(value)}</dd></div>`)}</dl>`;
}

const textOf = (value: unknown): string => (typeof value === "string" ? value : JSON.stringify(value, null, 2));

const SCRIPT = `
const decide = (decision) => () => ({ token: ${TOKEN}, decision, comment: $("#field-comment").value });
before.approve = decide("approve");
before.reject = decide("reject");
after.approve = after.reject = () => { forgetToken(); replaceBy($(".card"), page.decided); };
`;
