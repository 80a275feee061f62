import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { fixtureText } from '../helpers/fixture-log.ts';
import { type RunningService, startService } from '../helpers/running-service.ts';
import { temporaryDirectory } from '../helpers/temporary.ts';

const ROOT = join(import.meta.dirname, '../..');
const directory = temporaryDirectory();
const fileOf = (name: string) => join(ROOT, name);
const textOf = (name: string) => readFileSync(fileOf(name), 'utf8');

interface AlertRule {
  alert: string;
  expr: string;
  annotations: { summary: string; description: string };
}
interface Panel {
  id: number;
  title: string;
  gridPos: { x: number; y: number; w: number; h: number };
  targets: { expr: string }[];
}

const RULES: AlertRule[] = parse(textOf('monitoring/alerts.yaml')).groups.flatMap(
  ({ rules }: { rules: AlertRule[] }) => rules,
);
const DASHBOARD: { panels: Panel[] } = JSON.parse(textOf('monitoring/grafana.json'));
const QUERIES = DASHBOARD.panels.flatMap(({ title, targets }) => targets.map(({ expr }) => ({ title, expr })));

/** The metrics that a query names: those of the service, of Node and of the process. */
const metricsIn = (expr: string) => expr.match(/\b(?:call_events|nodejs|process)_\w+/g) ?? [];

let served = '';
let one: RunningService;
beforeAll(async () => {
  one = await startService(
    (url) => `  "102": { events: [{ on: dial-in, url: "${url}" }] }`,
    'metrics: { enabled: true, port: 0 }',
  );
  one.asterisk.play(fixtureText('direct-answered'));
  await one.log.until((lines) => lines.some(({ outcome }) => outcome === 'delivered'));
  served = await (await fetch(`${one.service.metricsUrl}/metrics`)).text();
});
afterAll(() => one.stop());

/** Whether /metrics has it. */
const isServed = (name: string) => new RegExp(`^${name}(?:\\{| )`, 'm').test(served);

describe('the alerts and the dashboard', () => {
  it('name metrics that the service has', () => {
    const named = [...RULES, ...QUERIES].flatMap(({ expr }) => metricsIn(expr));
    expect(named.length).toBeGreaterThan(30);
    expect([...new Set(named)].filter((name) => !isServed(name))).toEqual([]);
  });

  it('leave out no metric of the service but those that say little by themselves', () => {
    const all = [...served.matchAll(/^# TYPE (call_events_\w+)/gm)].map(([, name = '']) => name);
    const used = [...RULES, ...QUERIES].map(({ expr }) => expr).join('\n');
    expect(all.filter((name) => !used.includes(name))).toEqual(['call_events_outbox_waiting']);
  });

  it('stand in the documentation, which says of each alert what to type', () => {
    const page = textOf('docs/monitoring.md');
    expect(RULES.map(({ alert }) => alert).filter((alert) => !page.includes(`\`${alert}\``))).toEqual([]);
    for (const { annotations } of RULES) expect(annotations.description).toMatch(/Type: |A receiver should|Look for/);
  });

  it('has panels that do not lie on one another', () => {
    const cells = DASHBOARD.panels.flatMap(({ gridPos: { x, y, w, h } }) =>
      Array.from({ length: w * h }, (_, cell) => `${x + (cell % w)},${y + Math.floor(cell / w)}`),
    );
    expect(new Set(cells).size).toBe(cells.length);
    expect(new Set(DASHBOARD.panels.map(({ id }) => id)).size).toBe(DASHBOARD.panels.length);
  });
});

const hasPromtool = spawnSync('promtool', ['--version']).status === 0;
const title = hasPromtool ? 'promtool' : 'promtool (SKIPPED: it is not here; apt-get install prometheus)';

/** What promtool says, where it finds a fault. */
function promtool(...argv: string[]): string {
  const { status, stdout, stderr } = spawnSync('promtool', argv, { encoding: 'utf8' });
  return status === 0 ? '' : `${stdout}${stderr}`;
}

describe(title, () => {
  const test = hasPromtool ? it : it.skip;

  test('accepts the alerts', () => {
    expect(promtool('check', 'rules', fileOf('monitoring/alerts.yaml'))).toBe('');
  });

  test('finds that each alert fires where it must, and none where all is well', () => {
    expect(promtool('test', 'rules', fileOf('test/monitoring/alerts.test.yaml'))).toBe('');
    const tried = textOf('test/monitoring/alerts.test.yaml');
    expect(RULES.map(({ alert }) => alert).filter((alert) => !tried.includes(`alertname="${alert}"`))).toEqual([]);
  });

  test('accepts the queries of the dashboard', () => {
    const rules = QUERIES.map(({ expr }, index) => ({
      record: `query:${index}`,
      expr: expr.replaceAll('$__rate_interval', '5m').replaceAll('$instance', '.*'),
    }));
    const file = directory.write('queries.yaml', JSON.stringify({ groups: [{ name: 'dashboard', rules }] }));
    expect(promtool('check', 'rules', file)).toBe('');
  });
});
