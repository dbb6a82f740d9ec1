import { type Keyboard, keyboardOf } from "../pages/keyboard.ts";
import { type AdminServer, type AdminTab, OPERATOR, withAdmin } from "./harness.ts";

/** The main path on a telephone's window by keys alone. At each stop the focus can be seen. */

const NOTES = ["Title,Stars", "First note,3", "Second note,5"].join("\n");

const suite = await withAdmin({ empty: true, hasWindow: true });
suite.test("account, file, item, change, relation, rule, undo", mainPath, { viewport: { width: 390, height: 844 } });

async function mainPath(admin: AdminServer, tab: AdminTab): Promise<void> {
  const keys = keyboardOf(tab.page);
  await makeAccount(admin, tab, keys);
  await startFromFile(tab, keys);
  await changeItem(tab, keys);
  await addRelation(tab, keys);
  await addRule(tab, keys);
  await undoChange(tab, keys);
}

async function makeAccount(admin: AdminServer, { page }: AdminTab, { type, press }: Keyboard): Promise<void> {
  await page.goto(await admin.setupLink());
  await type("Name", OPERATOR.name);
  await type("Email", OPERATOR.email);
  await type("Password", OPERATOR.password);
  await press("Become operator");
  await page.getByRole("heading", { name: "Overview", level: 1 }).waitFor();
}

async function startFromFile({ page }: AdminTab, { press, reach }: Keyboard): Promise<void> {
  // Early, as the browser has to hear of it before the key.
  const chooser = page.waitForEvent("filechooser", { timeout: 0 });
  await press(/^From a file/);
  await reach(page.getByLabel(/^A CSV, JSON/));
  await page.keyboard.press("Enter");
  const buffer = Buffer.from(NOTES);
  await (await chooser).setFiles({ name: "notes.csv", mimeType: "text/csv", buffer });
  await press("Create and import 2 rows");
  await page.getByText("2 rows added").waitFor();
}

async function changeItem({ page }: AdminTab, { press, type }: Keyboard): Promise<void> {
  await press("Menu");
  await press("notes");
  await press("First note");
  await type("title", "First note, again");
  await press("Save");
  await page.getByRole("heading", { name: "First note, again", level: 1 }).waitFor();
}

async function addRelation({ page }: AdminTab, { press, type, choose }: Keyboard): Promise<void> {
  await press("notes");
  await press("Schema");
  await press("Add field");
  await press(/^Link to one item/);
  await choose(/^Leads to an item of/, "users");
  await type(/^Name/, "reader");
  await press("Add field");
  await press("Review and apply");
  await press("Apply");
  await page.getByText("The changes are applied.").waitFor();
}

async function addRule({ page }: AdminTab, { press, choose, reach }: Keyboard): Promise<void> {
  await press("Menu");
  await press("Rules");
  await choose("Role", "authenticated");
  await press("notes: Read: Closed");
  await reach(page.getByRole("radio").first());
  await page.keyboard.press("ArrowDown");
  const own = page.getByRole("radio", { name: /^Only their own items/ });
  await own.and(page.locator(":focus")).waitFor();
  await page.keyboard.press("Space");
  await press("Save rule");
  await page.getByRole("button", { name: "Edit" }).waitFor();
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: "notes: Read: Some" }).waitFor();
}

async function undoChange({ page }: AdminTab, { press }: Keyboard): Promise<void> {
  await press("Menu");
  await press("Change log");
  await press(/notes.*1 changed/);
  await press("Undo");
  await page.getByText("Undone").first().waitFor();
  await press("Menu");
  await press("notes");
  await page.getByRole("link", { name: "First note", exact: true }).waitFor();
}
