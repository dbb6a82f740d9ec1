#!/usr/bin/env node
// Prints a new secret key: `node scripts/first-key.mjs EMAIL PASSWORD [SETUP_LINK]`, for the server at PLINTH_URL. On a
// server without an operator it creates the account, which becomes the operator's; elsewhere it never creates one. Only
// built-in modules, as it is the README's first step.

const [email, password, link = ""] = process.argv.slice(2);
const base = process.env.PLINTH_URL ?? "http://127.0.0.1:8787";

/** Its message is for the user, without a stack. */
class Refusal extends Error {
  constructor(message, code) {
    super(message);
    this.code = code;
  }
}

async function post(path, body, token) {
  const response = await fetch(new URL(path, base), {
    method: "POST",
    headers: { "content-type": "application/json", ...(token && { authorization: `Bearer ${token}` }) },
    body: JSON.stringify(body),
  }).catch(() => {
    throw new Refusal(
      `Nothing answers at ${base}. Start the server with "npm start", or say in PLINTH_URL where it is.`,
    );
  });
  const answer = await response.json().catch(() => undefined);
  if (!response.ok)
    throw new Refusal(answer?.error?.message ?? `${base} answered ${response.status}.`, answer?.error?.code);
  return answer;
}

async function signIn() {
  try {
    return await post("/api/operator/auth/sign-in/email", { email, password });
  } catch (error) {
    if (error.code !== "INVALID_CREDENTIALS") throw error;
    // The address is unknown, or the password is wrong; if the server has an operator, that is the error to show.
    const account = { name: email.split("@")[0], email, password, setup_token: tokenIn(link) };
    return post("/api/operator/auth/sign-up/email", account).catch((refusal) => {
      if (refusal.code === "CONFLICT" || refusal.code === "UNIQUE_VIOLATION") throw error;
      if (refusal.code !== "SETUP_REQUIRED") throw refusal;
      throw new Refusal(
        "This server has no operator yet, and wants its setup link: give the link that it printed or logged at its start as the third argument.",
      );
    });
  }
}

/** Without a link, the empty token: it counts on the server's own machine. */
function tokenIn(text) {
  return URL.parse(text)?.searchParams.get("token") ?? text;
}

try {
  if (!email || !password) throw new Refusal("Usage: node scripts/first-key.mjs EMAIL PASSWORD [SETUP_LINK]");
  const { token } = await signIn();
  const { data } = await post("/api/keys", { name: "my laptop", kind: "secret" }, token);
  console.log(data.key);
} catch (error) {
  if (!(error instanceof Refusal)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
