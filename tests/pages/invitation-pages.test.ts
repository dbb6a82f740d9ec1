import { expect } from "bun:test";
import { picture } from "./browser.ts";
import {
  account,
  arrive,
  asOperator,
  browserTest,
  credentials,
  mailedLink,
  open,
  PASSWORD,
  send,
  signIn,
  withServer,
} from "./hosted.ts";
import { keyboardOf } from "./keyboard.ts";

/** How people accept invitations on the hosted pages, in a real browser. */

withServer();

browserTest("an invitation is accepted with a new account, and with one's own", async () => {
  const headers = await asOperator();
  const invite = async (email: string) => {
    const answer = (await (await send("/api/invitations", { email }, headers)).json()) as { data: { link: string } };
    return answer.data.link;
  };
  const { page, faults, context } = await open();
  const { type, press } = keyboardOf(page);
  await page.goto(await invite("cleo@example.com"));
  await picture(page, "invitation");
  await type("Name", "Cleo");
  await type("Email", "wrong@example.com");
  await type("Password", PASSWORD);
  await press("Accept the invitation");
  await page.getByText("This invitation is for another address, has been used, or has expired.").waitFor();
  expect(await page.evaluate("document.activeElement.name")).toBe("email");
  await picture(page, "invitation-refused");
  await type("Email", "cleo@example.com");
  await press("Accept the invitation");
  await arrive(page, "/account");
  await page.goto(await mailedLink("cleo@example.com", "Confirm your email address"));
  await page.getByRole("button", { name: "Confirm" }).click();
  await page.getByRole("heading", { name: "Thank you." }).waitFor();
  await page.context().clearCookies();
  await page.goto(await invite("cleo@example.com"));
  await page.getByRole("link", { name: "Sign in" }).click();
  await signIn(page, "cleo@example.com");
  await arrive(page, "/invitation");
  await page.getByText("Accept it with your account cleo@example.com.").waitFor();
  await picture(page, "invitation-own");
  await press("Accept the invitation");
  await page.getByRole("status").filter({ hasText: "The invitation is accepted." }).waitFor();
  await press("Continue");
  await arrive(page, "/account");
  expect(faults).toEqual([]);
  await context.close();
});

/** A function that invites into an organization and gives the link of the mail. */
async function organizer(headers: Record<string, string>): Promise<(email: string) => Promise<string>> {
  await send("/api/organizations", {}, headers, "PUT");
  const signedIn = await send("/api/auth/sign-in/email", credentials("olga@example.com"));
  const olga = { authorization: `Bearer ${signedIn.headers.get("set-auth-token")}` };
  const club = (await (await send("/api/organizations", { name: "Club", slug: "club" }, olga)).json()) as {
    data: { id: string };
  };
  return async (email) => {
    await send(`/api/organizations/${club.data.id}/invitations`, { email, send_mail: true }, olga);
    return mailedLink(email, "invited");
  };
}

browserTest("an invitation into an organization is accepted by who signs in, and by who signs up", async () => {
  const headers = await asOperator();
  for (const email of ["olga@example.com", "pia@example.com"]) {
    await send("/api/users", { ...account(email), email_verified: true }, headers);
  }
  const invite = await organizer(headers);
  const { page, faults, context } = await open();
  const { type, press } = keyboardOf(page);
  await page.goto(await invite("pia@example.com"));
  await picture(page, "organization-invitation");
  await page.getByRole("link", { name: "Sign in" }).click();
  await signIn(page, "pia@example.com");
  await arrive(page, "/organization-invitation");
  await picture(page, "organization-invitation-own");
  await page.getByRole("button", { name: "Accept the invitation" }).click();
  await page.getByRole("status").filter({ hasText: "You are a member of the organization." }).waitFor();
  await page.getByRole("link", { name: "Continue" }).waitFor();
  await page.reload();
  await page.getByText("has been used, or has expired").waitFor();
  await press("Continue");
  await arrive(page, "/account");

  await page.context().clearCookies();
  const email = "rob@example.com";
  await page.goto(await invite(email));
  await press("Sign up");
  await arrive(page, "/sign-up");
  await type("Name", "Rob");
  await type("Email", email);
  await type("Password", PASSWORD);
  await press("Sign up");
  await arrive(page, "/organization-invitation");
  await page.getByText(`open the link in the mail that we sent to ${email}`).waitFor();
  await picture(page, "organization-invitation-unconfirmed");
  await page.goto(await mailedLink(email, "Confirm your email address"));
  await press("Confirm");
  await arrive(page, "/verified");
  await press("Continue");
  await arrive(page, "/organization-invitation");
  await press("Accept the invitation");
  await page.getByRole("status").filter({ hasText: "You are a member of the organization." }).waitFor();
  expect(faults).toEqual([]);
  await context.close();
});
