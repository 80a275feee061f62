#!/usr/bin/env node
// No static import here: an older Node must get its answer before it reads a file that it cannot.
if (Number.parseInt(process.versions.node, 10) < 24) {
  process.stderr.write(`needs Node 24 or newer, this is ${process.version} (${process.execPath})\n`);
  process.exit(78);
}
const { runProgram } = await import('./cli/program.ts');
process.exitCode = await runProgram(process.argv.slice(2));

export {};
