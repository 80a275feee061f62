import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { NodeProcess } from '../harness/node-process.ts';
import { ROOT } from '../harness/paths.ts';
import { parameters, report } from '../harness/report.ts';
import { type ConfigShape, configText, extensionKeys } from '../stream/config.ts';

/**
 * What the service's start is compared with: from the start of a program under `programs/` until it has done its work.
 */
const {
  program,
  extensions = 0,
  rules,
} = parameters<{ program: string; extensions?: number } & Pick<ConfigShape, 'rules'>>();
const extension = import.meta.filename.endsWith('.ts') ? '.ts' : '.js';
const directory = mkdtempSync(join(ROOT, 'dist-bench/start-bare-'));
const configFile = join(directory, 'config.yaml');
writeFileSync(configFile, configText({ extensions: extensionKeys(extensions), ...(rules !== undefined && { rules }) }));

const from = performance.now();
const bare = new NodeProcess([join(import.meta.dirname, '../programs', program + extension), configFile], 'pipe');
if (bare.child.stdout === null) throw new Error('the program has no output');
const [output] = await once(bare.child.stdout, 'data');
const milliseconds = performance.now() - from;
const cpuMs = Number(output);
const { rssMb, peakMb } = bare.memory;
await bare.kill();
rmSync(directory, { recursive: true });
report({ milliseconds, cpuMs, rssMb, peakMb });
