import { cpSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { join } from 'node:path';
import { build, type Plugin } from 'esbuild';

/*
 * Makes dist/ of src/: the program and what it uses of its packages in a few files. Node takes a third of a second to
 * find and read the four hundred files that it is made of, and half of that for these. It runs without node_modules.
 */

/**
 * Node's own modules are required instead of imported: an import evaluates all that a module exports, and so that of
 * node:http loads Node's fetch with it, which takes 36 ms and 13 MB.
 */
const requireBuiltins: Plugin = {
  name: 'require builtins',
  setup({ onResolve, onLoad }) {
    const isBuiltin = new RegExp(`^(node:.*|${builtinModules.join('|')})$`);
    onResolve({ filter: isBuiltin }, ({ path, kind }) =>
      kind === 'import-statement' ? { path, namespace: 'builtin' } : undefined,
    );
    onLoad({ filter: isBuiltin, namespace: 'builtin' }, ({ path }) => ({
      contents: `module.exports = require('${path}')`,
    }));
  },
};

/**
 * What our own code loads only where it is wanted goes into the bundle too: esbuild follows `require`, not what
 * createRequire makes.
 */
const bundleRequired: Plugin = {
  name: 'bundle what is required',
  setup({ onLoad }) {
    onLoad({ filter: /\/src\/log\.ts$/ }, ({ path }) => ({
      contents: readFileSync(path, 'utf8').replace(/createRequire\(import\.meta\.url\)(?=\()/, 'require'),
      loader: 'ts',
    }));
  },
};

rmSync('dist', { recursive: true, force: true });
const { metafile } = await build({
  entryPoints: [
    'src/main.ts',
    // A thread of its own, found by its name.
    { in: 'src/config/background/load-worker.ts', out: 'config-worker' },
    { in: 'src/config/edit/edit-worker.ts', out: 'config-edit-worker' },
    { in: 'src/delivery/outbox/history/history-worker.ts', out: 'history-worker' },
  ],
  outdir: 'dist',
  chunkNames: 'lib/[name]-[hash]',
  bundle: true,
  splitting: true,
  plugins: [requireBuiltins, bundleRequired],
  format: 'esm',
  platform: 'node',
  target: 'node24',
  // Packages that are CommonJS ask for Node's own modules.
  banner: {
    js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);",
  },
  metafile: true,
  logLevel: 'warning',
});
const { dependencies } = JSON.parse(readFileSync('package.json', 'utf8'));
for (const name of Object.keys(dependencies))
  if (!Object.keys(metafile.inputs).some((file) => file.includes(`node_modules/${name}/`)))
    throw new Error(`${name} is not in the bundle, which runs without node_modules`);
const [page] = Object.entries(metafile.outputs).find(([, { inputs }]) => 'src/web/server.ts' in inputs) ?? [];
for (const [file, { imports }] of Object.entries(metafile.outputs))
  if (imports.some(({ path, kind }) => path === page && kind !== 'dynamic-import'))
    throw new Error(`${file} loads the page at once, also where nobody wants it`);
cpSync('src/web/assets', 'dist/assets', { recursive: true });
writeFileSync('dist/LICENSES.txt', licencesOf(Object.keys(metafile.inputs)));

/** Whoever passes on a package's code passes on its licence too. */
function licencesOf(files: readonly string[]): string {
  const packages = new Set(files.flatMap((file) => /.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(file)?.[0] ?? []));
  return [...packages]
    .sort()
    .map((directory) => {
      const licence = readdirSync(directory).find((name) => /^licen[cs]e/i.test(name));
      const { name, version, license } = JSON.parse(readFileSync(join(directory, 'package.json'), 'utf8'));
      const text =
        licence === undefined ? `License: ${license}` : readFileSync(join(directory, licence), 'utf8').trim();
      return `${name} ${version}\n\n${text}\n`;
    })
    .join(`\n${'-'.repeat(80)}\n\n`);
}
