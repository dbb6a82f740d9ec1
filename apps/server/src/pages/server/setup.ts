import { hasOperator, maySetUp } from "@plinth/engine";
import type { Context } from "hono";
import type { AppEnv } from "../../context.ts";
import { incomingRequestOf } from "../../incoming-request.ts";
import { html } from "../frame/html.ts";
import { OPERATOR_SCRIPT, operatorCard } from "./operator-forms.ts";
import { serverPage } from "./server-page.ts";

const title = "Set up Plinth";

/** `/setup?token=…`: the form that makes the first operator, for a caller with the link or on this machine. */
export async function setupPage(c: Context<AppEnv>): Promise<Response> {
  const { engine, driver } = c.env;
  if (await hasOperator(engine, driver)) return done();
  const token = new URL(c.req.url).searchParams.get("token") ?? undefined;
  if (!(await maySetUp(engine, { ...incomingRequestOf(c), token }))) return refused();
  const body = html`<h1>Welcome.</h1>
<p class="lead">Two minutes from here you have an account, two keys and a first collection.</p>
${operatorCard()}`;
  return serverPage({ title, body, script: OPERATOR_SCRIPT });
}

function done(): Response {
  const body = html`<h1>All set.</h1>
<p class="lead">This server has its operator, and the setup link no longer opens anything. Further accounts are made by signing up; an operator gives them roles.</p>
<p><a href="/">To the start page</a></p>`;
  return serverPage({ title, body });
}

function refused(): Response {
  const body = html`<h1>This link does not fit.</h1>
<p class="lead">This server has no operator yet, and only its setup link lets someone start. The server writes that link to its console or log when it starts; copy all of it.</p>
<p><a href="/">To the start page</a></p>`;
  return serverPage({ title, body, status: 403 });
}
