import type { Context } from "hono";
import type { AppEnv } from "../context.ts";
import { htmlPage } from "./layout.ts";
import { PAGE_SCRIPT } from "./page-script.ts";

const FORGOT_CARD = `<section class="card">
<form id="account" novalidate>
<label>Email<input name="email" type="email" autocomplete="username" required maxlength="254"></label>
<p class="wrong" role="alert"></p>
<button>Send the link</button>
</form>
<noscript><p class="wrong">This form needs JavaScript. Without it, POST to /api/auth/request-password-reset.</p></noscript>
</section>`;

const RESET_CARD = `<section class="card">
<form id="account" novalidate>
<label>New password<input name="newPassword" type="password" autocomplete="new-password" required minlength="8" maxlength="128"><small>At least 8 characters</small></label>
<p class="wrong" role="alert"></p>
<button>Save the password</button>
</form>
<noscript><p class="wrong">This form needs JavaScript. Without it, POST the token and newPassword to /api/auth/reset-password.</p></noscript>
</section>`;

/** Sends the form to a path of the API, and shows in its place what comes next. */
const formScript = (path: string, extra: string, next: string) => `${PAGE_SCRIPT}
$("#account").addEventListener("submit", (event) => {
  event.preventDefault();
  const form = event.target;
  if (!form.reportValidity()) return;
  attempt(form.querySelector("button"), async () => {
    await ask("${path}", { ...Object.fromEntries(new FormData(form)), ...${extra} });
    // The token in the address has done its work; it need not stay in the history.
    history.replaceState(null, "", location.pathname);
    const done = document.createElement("p");
    done.setAttribute("role", "status");
    done.textContent = "${next}";
    form.closest(".card").replaceChildren(done);
    done.tabIndex = -1;
    done.focus();
  });
});
`;

/** `/forgot-password`: asks for the mail that resets a password. */
export function forgotPasswordPage(): Response {
  return htmlPage({
    title: "Forgotten password",
    body: `<h1>Forgotten password</h1>
<p class="lead">Enter your address, and a mail with a link to choose a new password is on its way.</p>
${FORGOT_CARD}`,
    script: formScript(
      "/api/auth/request-password-reset",
      "{}",
      "If this address has an account, a mail with a link is on its way. The link works for one hour.",
    ),
  });
}

/** `/reset-password?token=…`: where the link of that mail leads. */
export function resetPasswordPage(): Response {
  return htmlPage({
    title: "New password",
    body: `<h1>New password</h1>
<p class="lead">All sessions of your account end, and you sign in with the new password.</p>
${RESET_CARD}`,
    script: formScript(
      "/api/auth/reset-password",
      `{ token: new URLSearchParams(location.search).get("token") ?? "" }`,
      "The new password is saved. Sign in with it now.",
    ),
  });
}

/** `/verified`: where the link that confirms an address leads in the end. */
export function verifiedPage(c: Context<AppEnv>): Response {
  const failed = new URL(c.req.url).searchParams.has("error");
  const body = failed
    ? `<h1>This link does not work.</h1>
<p class="lead">It has been used, or it has expired. Sign in, and ask for a new mail.</p>`
    : `<h1>Thank you.</h1>
<p class="lead">What this link was for is done. If you are changing your address, look for a second mail at the new one.</p>`;
  return htmlPage({ title: "Your email address", body, status: failed ? 400 : 200 });
}
