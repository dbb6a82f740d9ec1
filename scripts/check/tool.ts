// Runs one of the installed tools. They are Node scripts; Bun runs them, so the checks also work on a machine without
// Node.

export async function runTool(command: string[], cwd: string): Promise<{ passed: boolean; output: string }> {
  const child = Bun.spawn([process.execPath, ...command], { cwd, stdin: "ignore", stdout: "pipe", stderr: "pipe" });
  const [stdout, stderr, code] = await Promise.all([
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
    child.exited,
  ]);
  return { passed: code === 0, output: code === 0 ? "" : `${stdout}${stderr}` };
}
