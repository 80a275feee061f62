import { createHash } from 'node:crypto';
import { EPOCH, ROOT, VERSION } from './project.ts';
import { run } from './run.ts';
import { ARCHITECTURES, NODE_VERSION, runtimeHash } from './runtime.ts';

interface Component {
  name: string;
  externalReferences?: { type: string }[];
  [key: string]: unknown;
}

interface Bom {
  serialNumber: string;
  metadata: { timestamp: string; component: Component; [key: string]: unknown };
  components: Component[];
  [key: string]: unknown;
}

/**
 * What the packages are made of, as CycloneDX: npm's own list of the bundled packages, and Node. The same for the same
 * commit.
 */
export function sbom(): string {
  const bom: Bom = JSON.parse(run('npm', ['sbom', '--sbom-format', 'cyclonedx', '--omit', 'dev'], { cwd: ROOT }));
  bom.metadata.timestamp = new Date(EPOCH * 1000).toISOString();
  // npm calls it after the folder that it is in.
  Object.assign(bom.metadata.component, { name: 'call-events', type: 'application' });
  bom.components.push({
    'bom-ref': `node@${NODE_VERSION}`,
    type: 'platform',
    name: 'node',
    version: NODE_VERSION,
    scope: 'required',
    description:
      'Node.js, as its project builds it; the packages of npm that it was taken from are named by their hashes',
    purl: `pkg:generic/node@${NODE_VERSION}`,
    licenses: [{ license: { id: 'MIT' } }],
    properties: ARCHITECTURES.map((architecture) => ({
      name: `call-events:sha256:${architecture}`,
      value: runtimeHash(architecture),
    })),
  });
  for (const component of bom.components)
    component.externalReferences = component.externalReferences?.filter(({ type }) => type !== 'distribution') ?? [];
  bom.serialNumber = `urn:uuid:${uuidOf(JSON.stringify({ ...bom, serialNumber: VERSION }))}`;
  return `${JSON.stringify(bom, null, 2)}\n`;
}

/** A UUID (version 8) that is the same for the same text. */
function uuidOf(text: string): string {
  const hex = createHash('sha256').update(text).digest('hex');
  const parts = [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `8${hex.slice(13, 16)}`,
    `8${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ];
  return parts.join('-');
}
