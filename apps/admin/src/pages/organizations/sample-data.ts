import type { FillSample } from "../../app/sample-data.ts";

/** A reading circle with a team and an open invitation. */
export const fillSample: FillSample = async (api, { user }) => {
  await api("/organizations", { created_by: "users" }, "PUT");
  const { data } = await api("/organizations", { name: "Reading circle", slug: "reading-circle", owner: user });
  const path = `/organizations/${data.id}`;
  await api(`${path}/invitations`, { email: "hedy@example.com", role: "member" });
  const team = await api(`${path}/teams`, { name: "Science fiction" });
  await api(`${path}/teams/${team.data.id}/members/${user}`, undefined, "PUT");
  return { organization: data.id, team: team.data.id };
};
