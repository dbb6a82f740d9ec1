/** Signs up or in, and continues at the start page. `more` is what the form sends beside its fields. */
const script = (more: string, headers: string): string => `
const token = new URLSearchParams(location.search).get("token");

$("#account").addEventListener("submit", (event) => {
  event.preventDefault();
  const form = event.target;
  if (!form.reportValidity()) return;
  attempt(form.querySelector("button"), async () => {
    await ask(form.dataset.path, { ...Object.fromEntries(new FormData(form)), ...${more} }, ${headers});
    // Where the cookie was not taken, the page would only show its form again.
    if (!(await ask("/api/auth/get-session"))) {
      throw new Error("Your browser did not keep the session's cookie. Open this page at the address in APP_URL, and let it set cookies.");
    }
    // The link has done its work; it need not stay in the history.
    location.replace("/");
  });
});
`;

/** Sends the setup token from the address. */
export const ACCOUNT_SCRIPT = script("{}", 'token ? { "x-plinth-setup-token": token } : {}');

/** Sends the invitation's token from the address. */
export const INVITATION_SCRIPT = script("{ invitation: token ?? '' }", "{}");

export const SIGN_OUT_SCRIPT = `
$("#sign-out").addEventListener("click", (event) => {
  attempt(event.target, async () => {
    await ask("/api/auth/sign-out", {});
    location.replace("/");
  });
});
`;
