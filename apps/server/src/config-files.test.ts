import { expect, test } from "bun:test";
import { checkFiles, checkS3Domain, type FileSettings } from "./config-files.ts";

const S3: FileSettings = {
  S3_BUCKET: "files",
  S3_REGION: "eu-central-1",
  S3_ACCESS_KEY_ID: "AKIATEST",
  S3_SECRET_ACCESS_KEY: "s3cr3t",
};

function read(settings: FileSettings, defaultFolder?: string) {
  const problems: string[] = [];
  return { place: checkFiles(settings, defaultFolder, problems), problems };
}

test("files are in a folder of the server, or in the one that is named", () => {
  expect(read({}, ".data/files")).toEqual({ place: { kind: "folder", folder: ".data/files" }, problems: [] });
  expect(read({ FILES_DIR: "/srv/files" }, ".data/files").place).toEqual({ kind: "folder", folder: "/srv/files" });
  expect(read({})).toEqual({ place: undefined, problems: [] });
});

test("files are in the bucket that is named", () => {
  expect(read(S3, ".data/files")).toEqual({
    place: {
      kind: "s3",
      bucket: "files",
      region: "eu-central-1",
      endpoint: undefined,
      accessKeyId: "AKIATEST",
      secretAccessKey: "s3cr3t",
      forcePathStyle: false,
    },
    problems: [],
  });
  const own = { ...S3, S3_REGION: undefined, S3_ENDPOINT: "http://127.0.0.1:9000", S3_FORCE_PATH_STYLE: true };
  expect(read(own)).toMatchObject({ place: { region: "us-east-1", forcePathStyle: true }, problems: [] });
});

test.each([
  [{ FILES_DIR: "/srv/files" }, undefined, ["FILES_DIR"]],
  [{ ...S3, FILES_DIR: "/srv/files" }, ".data/files", ["FILES_DIR and S3_BUCKET"]],
  [{ S3_REGION: "eu-central-1", S3_ACCESS_KEY_ID: "x" }, ".data/files", ["S3_ACCESS_KEY_ID", "S3_REGION"]],
  [{ S3_BUCKET: "files" }, undefined, ["S3_ACCESS_KEY_ID", "S3_SECRET_ACCESS_KEY", "S3_REGION"]],
  [{ ...S3, S3_BUCKET: "My Files" }, undefined, ["S3_BUCKET"]],
  [{ ...S3, S3_ENDPOINT: "s3.example.com" }, undefined, ["S3_ENDPOINT"]],
  [{ ...S3, S3_ENDPOINT: "http://s3.example.com" }, undefined, ["S3_ENDPOINT"]],
  [{ ...S3, S3_ENDPOINT: "https://key:secret@s3.example.com" }, undefined, ["S3_ENDPOINT"]],
] as const)("wrong settings %j are named", (settings, defaultFolder, names) => {
  const { problems } = read(settings, defaultFolder);
  expect(problems.map((problem, i) => problem.startsWith(names[i] ?? "none"))).toEqual(names.map(() => true));
  expect(problems.join()).not.toMatch(/s3cr3t|key:secret/);
});

test.each([
  [{ appUrl: "https://s3.example.com" }, ["APP_URL"]],
  [{ workspaceDomain: "a.s3.example.com" }, ["WORKSPACE_DOMAIN"]],
  [{ allowedHosts: ["www.example.com", "photos.s3.example.com"] }, ["ALLOWED_HOSTS"]],
  [{ appUrl: "https://example.com", workspaceDomain: "example.com" }, []],
] as const)("no name is S3's and the server's too: %j", (settings, names) => {
  const problems: string[] = [];
  const usual = { appUrl: "http://127.0.0.1:8787", allowedHosts: [], workspaceDomain: undefined };
  checkS3Domain({ ...usual, ...settings, s3Domain: "s3.example.com" }, problems);
  expect(problems.map((problem) => problem.split(" ")[0]!)).toEqual([...names]);
});
