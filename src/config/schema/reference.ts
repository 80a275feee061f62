// biome-ignore-all lint/suspicious/noTemplateCurlyInString: ${file:…} is what an administrator writes, not a template.
import { type JsonSchema, jsonSchema } from './json-schema.ts';

const INTRODUCTION = `# Configuration

<!-- Made from src/config/schema by \`npm run docs\`; a test fails when it is stale. -->

One YAML file, \`config.yaml\` in the current directory; \`--config\` names another file. The [example](../config.yaml) that
comes with the service has every key, with comments. \`call-events check --config config.yaml\` prints every mistake at
once, each with its line and column, and the rights that the AMI user needs; it exits with 78 when there is a mistake.

- **Changes** are applied by themselves once the file has stopped changing. SIGHUP applies them at once, unless the file
  looks half-written (shorter than before, or no final line end). All or nothing: a file with a mistake leaves the old
  configuration in place, and the log says what is wrong.
- **Texts** are taken as they are written, quoted or not: \`0101\`, \`+18005550101\` and \`0003*001\` stay what they are.
  Quotes are needed where YAML itself wants them: for a text that begins with \`*\`, \`[\`, \`{\`, \`#\` and the like.
- **Times** have a unit: \`250ms\`, \`10s\`, \`2m\`, \`24h\`, \`30d\`.
- **Secrets** need not stand in the file. \`\${file:/path}\` is the text of a file (without its last line end),
  \`\${env:NAME}\` an environment variable, \`\${credential:NAME}\` a credential that systemd loads (outside systemd: the
  file of that name in /etc/call-events). They work in \`asterisk.secret\`, in a \`url\`, in the values of \`headers\` and
  \`params\`, in the texts of a \`body\` and in \`signing.secrets\`, beside other text too, and are never printed. The
  service reads \`\${file:…}\` as its own user: \`install -m 600 -o call-events /dev/stdin /path\`.
- **Placeholders** stand for parameters, in \`url\`, in the values of \`headers\` and \`params\` and in the texts of a \`body\`:
  [call-events.md](call-events.md#placeholders). **Conditions** (\`when\`): [call-events.md](call-events.md#conditions).
- **Patterns**: an extension's key that begins with \`_\` is an Asterisk pattern and stands for every extension that it
  matches: \`X\` is 0-9, \`Z\` 1-9, \`N\` 2-9, \`[2-46]\` one of 2, 3, 4 and 6, \`.\` one or more of anything, \`!\` anything
  or nothing. What an exact entry leaves out (\`channels\`, \`did\`, \`events\`) is taken from the best matching pattern, in
  Asterisk's own order; a list of events replaces that of the pattern and is never merged with it.
- **Several Asterisk servers**: \`asterisk\` takes a list as well, each server with a \`name\` and the keys below, and with
  \`extensions\` of its own where it has some, because each of thirty PBXs may have a 101. Extensions under the top-level
  \`extensions\` apply to all servers; a server's own entry takes precedence over a common one with the same key. The
  parameter \`Asterisk\` (the name) is then always sent, because two servers may give two calls the same CallID; log lines
  begin with the name, and metrics have the label \`server\`. \`record\` and \`replay\` take \`--server NAME\`. A server that
  is down disturbs no other.
- **Event IDs** that are left out are derived: the first 8 hex digits of SHA-256 over the extension's key (with a
  server's name before it, \`east/101\`, where the extension is that server's own), the event, and the position among the
  extension's rules for that event (from 0), joined by line feeds. A new URL or new notes keep it.
- **Editors** complete and check the file: its first line names [the JSON Schema](config.schema.json), which
  \`call-events schema\` prints.
`;

/** One map of config.yaml: where it stands, and its keys. */
export interface ReferenceSection {
  /** `extensions.*.events[]`; empty at the top. */
  path: string;
  keys: ReferenceKey[];
}

/** One key; texts in Markdown. */
export interface ReferenceKey {
  key: string;
  /** Its possible values: `` `true`, `false` ``. */
  values: string;
  /** Empty when there is none. */
  default: string;
  meaning: string;
}

/** The text of docs/configuration.md: every key with its values, its default and its meaning. */
export function configReference(): string {
  return [INTRODUCTION, ...referenceSections().map(tableOf)].join('\n');
}

/** Every map of config.yaml, those within others after them. */
export function referenceSections(): ReferenceSection[] {
  return sectionsOf('', jsonSchema());
}

function tableOf({ path, keys }: ReferenceSection): string {
  const title = path === '' ? '## At the top' : `## ${path}`;
  const rows = keys.map((one) => `| \`${one.key}\` | ${one.values} | ${one.default} | ${inCell(one.meaning)} |`);
  return `${title}\n\n| key | value | default | meaning |\n|---|---|---|---|\n${rows.join('\n')}\n`;
}

/** A section for this map, then one for each map in it. */
function sectionsOf(path: string, schema: JsonSchema): ReferenceSection[] {
  const keys: ReferenceKey[] = [];
  const below: ReferenceSection[] = [];
  for (const [key, value] of Object.entries(schema.properties ?? {})) {
    const at = path === '' ? key : `${path}.${key}`;
    const isRequired = schema.required?.includes(key) === true;
    keys.push({
      key,
      values: valuesOf(value),
      default: defaultOf(value, isRequired),
      meaning: value.description ?? '',
    });
    const inner = mapIn(at, value);
    if (inner !== undefined) below.push(...sectionsOf(inner.path, inner.schema));
  }
  return [{ path, keys }, ...below];
}

/** The map that stands at a key, or in its list or under its names. */
function mapIn(path: string, schema: JsonSchema): { path: string; schema: JsonSchema } | undefined {
  if (schema.properties !== undefined) return { path, schema };
  if (schema.items !== undefined) return mapIn(`${path}[]`, schema.items);
  if (typeof schema.additionalProperties === 'object') return mapIn(`${path}.*`, schema.additionalProperties);
  return schema.anyOf?.map((form) => mapIn(path, form)).find((inner) => inner !== undefined);
}

function valuesOf(schema: JsonSchema): string {
  if (schema.enum !== undefined) return schema.enum.map((word) => `\`${String(word)}\``).join(', ');
  if (schema.anyOf !== undefined) return schema.anyOf.map(valuesOf).join(', or ');
  if (schema.items !== undefined) return schema.items.properties === undefined ? 'list' : 'list of maps';
  if (schema.type === 'integer') return `${schema.minimum} to ${schema.maximum}`;
  if (schema.type === 'boolean') return '`true`, `false`';
  if (schema.properties !== undefined || schema.type === 'object') return 'map';
  return schema.pattern?.includes('ms|s|m') ? 'time' : 'text';
}

function defaultOf(schema: JsonSchema, isRequired: boolean): string {
  if (isRequired) return '**required**';
  if (schema.default === undefined) return '';
  if (Array.isArray(schema.default)) return `\`[${schema.default.join(', ')}]\``;
  return `\`${typeof schema.default === 'object' ? JSON.stringify(schema.default) : String(schema.default)}\``;
}

const inCell = (text: string) => text.replaceAll('|', '\\|').replaceAll('*', '\\*');
