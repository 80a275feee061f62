import { globSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { describe, expect, it } from '@jest/globals';

const SRC = join(import.meta.dirname, '../src');

/**
 * What each room of src may import from, besides itself. Data flows ami → calls → rules → delivery, and nothing flows
 * back.
 */
const MAY_IMPORT: Record<string, string[]> = {
  'node-error-code.ts': [],
  'event-and-parameter-names.ts': [],
  'duration.ts': [],
  'error-codes.ts': [],
  'package-root.ts': [],
  'password-hash.ts': [],
  'percent-encode.ts': [],
  redact: ['percent-encode.ts'],
  'printable.ts': [],
  'log-line.ts': ['printable.ts'],
  'log.ts': ['log-line.ts', 'redact', 'printable.ts', 'node-error-code.ts'],
  config: [
    'node-error-code.ts',
    'redact',
    'event-and-parameter-names.ts',
    'duration.ts',
    'package-root.ts',
    'password-hash.ts',
    'percent-encode.ts',
  ],
  ami: ['config', 'node-error-code.ts', 'error-codes.ts'],
  calls: ['config', 'ami', 'event-and-parameter-names.ts'],
  rules: ['config', 'calls', 'event-and-parameter-names.ts', 'percent-encode.ts'],
  delivery: [
    ...['config', 'calls', 'rules', 'log.ts', 'redact', 'node-error-code.ts', 'error-codes.ts', 'package-root.ts'],
    'percent-encode.ts',
  ],
  // A queue that several services share: it takes the place of the dispatcher.
  'shared-queue': ['config', 'rules', 'delivery', 'node-error-code.ts'],
  // The service's contract with all that watches it.
  'service/service-state.ts': ['config', 'ami', 'calls', 'delivery'],
  'service/service-events.ts': ['config', 'ami', 'calls', 'rules', 'delivery'],
  metrics: ['delivery', 'service/service-state.ts', 'service/service-events.ts'],
  systemd: [],
  // What setup and the doctor learn of the PBX beside them.
  pbx: ['ami', 'node-error-code.ts'],
  setup: ['config', 'ami', 'pbx', 'event-and-parameter-names.ts', 'node-error-code.ts', 'password-hash.ts'],
  doctor: ['config', 'ami', 'delivery', 'shared-queue', 'redact', 'pbx', 'node-error-code.ts', 'package-root.ts'],
  // What a person is shown, on the command line and on a page alike.
  views: ['config', 'calls', 'rules', 'delivery', 'redact', 'event-and-parameter-names.ts'],
  // It looks at all, and only what wires everything knows of it.
  web: [
    ...[
      'config',
      'ami',
      'calls',
      'rules',
      'delivery',
      'views',
      'log.ts',
      'redact',
      'node-error-code.ts',
      'printable.ts',
    ],
    ...['event-and-parameter-names.ts', 'duration.ts', 'package-root.ts', 'password-hash.ts'],
    ...['service/service-state.ts', 'service/service-events.ts', 'metrics'],
  ],
  service: [
    ...[
      'config',
      'ami',
      'calls',
      'rules',
      'delivery',
      'shared-queue',
      'metrics',
      'web',
      'log.ts',
      'redact',
      'node-error-code.ts',
    ],
    ...['service/service-state.ts', 'service/service-events.ts'],
  ],
  cli: [
    'config',
    'ami',
    'calls',
    'rules',
    'delivery',
    'shared-queue',
    'systemd',
    'service',
    'pbx',
    'setup',
    'doctor',
    'views',
    'log.ts',
    'redact',
    'node-error-code.ts',
    'error-codes.ts',
    'event-and-parameter-names.ts',
    'duration.ts',
    'package-root.ts',
    'password-hash.ts',
    'printable.ts',
  ],
  'main.ts': ['cli'],
};

/**
 * The same within the rooms that have rooms of their own. A name is a folder, or a file that stands beside the folders:
 * the room's contract at its bottom, its door at its top.
 */
const MAY_IMPORT_WITHIN: Record<string, Record<string, string[]>> = {
  ami: {
    'ami-events.ts': [],
    'channel-name.ts': [],
    'errors.ts': [],
    'asterisk-manager.d.ts': [],
    wire: ['errors.ts'],
    decode: ['ami-events.ts', 'channel-name.ts', 'wire'],
    session: ['ami-events.ts', 'errors.ts', 'wire', 'decode'],
    'replay.ts': ['ami-events.ts', 'errors.ts', 'wire', 'decode'],
    recording: [],
    'event-filter.ts': ['decode', 'session'],
  },
  calls: {
    'call-event.ts': [],
    'skipped-event.ts': ['call-event.ts'],
    model: ['call-event.ts', 'skipped-event.ts'],
    handlers: ['call-event.ts', 'skipped-event.ts', 'model'],
    recovery: ['call-event.ts', 'model', 'handlers'],
    'tracker.ts': ['call-event.ts', 'skipped-event.ts', 'model', 'handlers', 'recovery'],
  },
  delivery: {
    'clock.ts': [],
    'reason-without-details.ts': [],
    'delivery-id.ts': [],
    'delivery.ts': ['delivery-id.ts'],
    'pending-delivery.ts': ['delivery.ts'],
    'outbox-consumer.ts': ['pending-delivery.ts'],
    'outbox-change.ts': ['delivery.ts'],
    'store.ts': ['outbox-change.ts', 'delivery.ts', 'pending-delivery.ts'],
    'admin.ts': ['delivery.ts'],
    'admin-rows.ts': ['admin.ts'],
    'delivery-filter.ts': ['admin.ts'],
    'resendable.ts': ['admin.ts'],
    // What was sent and is to be sent, from the tables of either outbox.
    history: ['admin.ts', 'admin-rows.ts', 'delivery-filter.ts'],
    http: [],
    outbox: [
      ...['admin.ts', 'admin-rows.ts', 'delivery-filter.ts', 'history'],
      ...['outbox-change.ts', 'delivery.ts', 'pending-delivery.ts', 'store.ts'],
    ],
    dispatch: ['clock.ts', 'delivery.ts', 'pending-delivery.ts', 'outbox-consumer.ts', 'store.ts', 'http'],
  },
  config: {
    'config-problem.ts': [],
    'dialplan-pattern.ts': [],
    'number-rewrite.ts': [],
    'rule-id.ts': [],
    'placeholder-syntax.ts': [],
    'load-options.ts': [],
    'config-text.ts': ['config-problem.ts'],
    'installed-paths.ts': [],
    'resolve-references.ts': ['installed-paths.ts'],
    yaml: ['config-problem.ts'],
    schema: [],
    'config.ts': ['config-problem.ts', 'dialplan-pattern.ts', 'schema'],
    directory: ['config.ts', 'dialplan-pattern.ts', 'number-rewrite.ts'],
    check: [
      ...['config-problem.ts', 'dialplan-pattern.ts', 'rule-id.ts', 'placeholder-syntax.ts', 'load-options.ts'],
      ...['resolve-references.ts', 'config.ts', 'yaml', 'schema'],
    ],
    'parse-raw.ts': ['schema'],
    'load.ts': [
      'config-problem.ts',
      'load-options.ts',
      'config.ts',
      'yaml',
      'schema',
      'check',
      'parse-raw.ts',
      'config-text.ts',
    ],
    background: [
      'config-problem.ts',
      'dialplan-pattern.ts',
      'load-options.ts',
      'config.ts',
      'config-text.ts',
      'load.ts',
    ],
    edit: [
      ...[
        'config-problem.ts',
        'dialplan-pattern.ts',
        'rule-id.ts',
        'load-options.ts',
        'config.ts',
        'config-text.ts',
        'load.ts',
      ],
      'yaml',
      'background',
    ],
    'config-watcher.ts': ['config-text.ts'],
    'ami-rights.ts': ['config.ts', 'placeholder-syntax.ts'],
    'ami-settings.ts': ['config-problem.ts', 'config.ts', 'ami-rights.ts', 'installed-paths.ts'],
    'last-good.ts': ['config-text.ts', 'ami-settings.ts'],
    'text-for-workers.ts': [],
    'summary.ts': ['config.ts'],
  },
  web: {
    render: [],
    auth: [],
    'web-error.ts': [],
    'assets.ts': [],
    'page-service.ts': [],
    'web-context.ts': ['render', 'page-service.ts'],
    'router.ts': ['auth', 'render'],
    'audit.ts': ['auth', 'router.ts'],
    'cookies.ts': ['render'],
    'layout.ts': ['auth', 'router.ts', 'render'],
    'request-checks.ts': ['auth', 'cookies.ts', 'web-error.ts'],
    'fastify-router.ts': ['audit.ts', 'web-context.ts', 'cookies.ts', 'web-error.ts', 'router.ts', 'render'],
    // What is known of calls and deliveries, for pages and API alike.
    activity: ['web-context.ts', 'web-error.ts', 'router.ts', 'render'],
    // The rules of config.yaml, and their changes.
    editing: ['web-context.ts', 'web-error.ts'],
    api: ['auth', 'web-context.ts', 'web-error.ts', 'router.ts', 'fastify-router.ts', 'render', 'activity', 'editing'],
    pages: ['auth', 'web-context.ts', 'cookies.ts', 'web-error.ts', 'router.ts', 'render', 'activity', 'editing'],
    'routes.ts': ['web-context.ts', 'router.ts', 'api', 'pages'],
    'app.ts': [
      ...[
        'api',
        'assets.ts',
        'auth',
        'request-checks.ts',
        'web-context.ts',
        'cookies.ts',
        'layout.ts',
        'pages',
        'web-error.ts',
      ],
      ...['routes.ts', 'router.ts', 'fastify-router.ts', 'render'],
    ],
    'server.ts': ['app.ts', 'auth', 'web-context.ts', 'page-service.ts'],
  },
  service: {
    'service-state.ts': [],
    'service-events.ts': [],
    'active-config.ts': [],
    'ami-session-keeper.ts': [],
    'same-ami-user-alarm.ts': [],
    'asterisk-clock.ts': [],
    'attempt-log.ts': [],
    'config-reader.ts': [],
    'fail-point.ts': [],
    'last-writes.ts': [],
    'lifecycle.ts': [],
    'suspended-rules.ts': [],
    'ticker.ts': [],
    'undo-stack.ts': [],
    'create-page-service.ts': ['active-config.ts', 'service-state.ts', 'service-events.ts'],
    'lazy-page-service.ts': [],
    'event-log.ts': ['service-events.ts', 'attempt-log.ts'],
    'watchdog.ts': ['service-state.ts', 'ticker.ts'],
    'unknown-endpoints.ts': ['service-events.ts'],
    'intake.ts': [
      'service-state.ts',
      'service-events.ts',
      'active-config.ts',
      'asterisk-clock.ts',
      'suspended-rules.ts',
    ],
    'shared-queue-link.ts': ['active-config.ts'],
    'published-calls.ts': [],
    'service-pair.ts': ['published-calls.ts', 'shared-queue-link.ts', 'ticker.ts'],
    'delivery-side.ts': [
      ...[
        'service-events.ts',
        'active-config.ts',
        'fail-point.ts',
        'suspended-rules.ts',
        'ticker.ts',
        'intake.ts',
        'last-writes.ts',
        'shared-queue-link.ts',
        'service-pair.ts',
      ],
    ],
    'asterisk-feed.ts': [
      ...[
        'service-state.ts',
        'service-events.ts',
        'active-config.ts',
        'ami-session-keeper.ts',
        'ticker.ts',
        'unknown-endpoints.ts',
      ],
      ...['intake.ts', 'delivery-side.ts', 'same-ami-user-alarm.ts'],
    ],
    'pipeline.ts': [
      ...[
        'service-state.ts',
        'service-events.ts',
        'active-config.ts',
        'fail-point.ts',
        'ticker.ts',
        'delivery-side.ts',
      ],
      'asterisk-feed.ts',
    ],
    'deliver-worker.ts': [
      ...['service-state.ts', 'service-events.ts', 'fail-point.ts', 'ticker.ts', 'event-log.ts', 'watchdog.ts'],
      'undo-stack.ts',
    ],
    'apply-config.ts': [
      ...[
        'service-events.ts',
        'active-config.ts',
        'config-reader.ts',
        'watchdog.ts',
        'pipeline.ts',
        'lazy-page-service.ts',
      ],
    ],
    'service.ts': [
      ...['service-state.ts', 'service-events.ts', 'active-config.ts', 'fail-point.ts', 'lifecycle.ts', 'ticker.ts'],
      'undo-stack.ts',
      ...[
        'apply-config.ts',
        'event-log.ts',
        'watchdog.ts',
        'pipeline.ts',
        'create-page-service.ts',
        'lazy-page-service.ts',
      ],
    ],
  },
  cli: {
    terminal: [],
    input: [],
    commands: ['terminal', 'input'],
    'program.ts': ['terminal', 'commands'],
  },
};

interface Import {
  from: string;
  to: string;
  typeOnly: boolean;
}

/** The folder that a file is in, or the file itself where it is in none: `calls`, `log.ts`. */
const folderOf = (file: string) => relative(SRC, file).split('/')[0] ?? '';

/** The same, but a file that is listed by itself is a room of its own: `service/service-events.ts`. */
const roomOf = (file: string) => (relative(SRC, file) in MAY_IMPORT ? relative(SRC, file) : folderOf(file));

/** The same within its folder: `model`, `tracker.ts`. */
const innerRoomOf = (file: string) => relative(SRC, file).split('/')[1] ?? '';

const written = ({ from, to }: Import) => `${relative(SRC, from)} imports ${relative(SRC, to)}`;

function importsOf(file: string): Import[] {
  const text = readFileSync(file, 'utf8');
  const found: Import[] = [];
  const pattern = /(?:^|\n)(?:import|export)\s+(type\s+)?(?:[^'";]*?from\s+)?'(\.[^']+)'|import\(\s*'(\.[^']+)'\s*\)/g;
  for (const [, type, path, dynamic] of text.matchAll(pattern)) {
    found.push({ from: file, to: join(dirname(file), path ?? dynamic ?? ''), typeOnly: type !== undefined });
  }
  return found;
}

/** What stands in a folder beside each other, files and folders, and imports itself through others of them. */
function circlesIn(folder: string, of: readonly Import[]): string[] {
  const root = `${join(SRC, folder)}/`;
  const childOf = (file: string) => (file.startsWith(root) ? file.slice(root.length).split('/')[0] : undefined);
  const imported = new Map<string, Set<string>>();
  for (const { from, to } of of) {
    const [child, other] = [childOf(from), childOf(to)];
    if (child === undefined || other === undefined || child === other) continue;
    imported.set(child, (imported.get(child) ?? new Set()).add(other));
  }
  const reach = (child: string) => {
    const reached = new Set<string>();
    const next = [child];
    for (let one = next.pop(); one !== undefined; one = next.pop())
      for (const other of imported.get(one) ?? []) {
        if (!reached.has(other)) next.push(other);
        reached.add(other);
      }
    return reached;
  };
  return [...imported.keys()].filter((child) => reach(child).has(child)).map((child) => join(folder, child));
}

const files = globSync('**/*.ts', { cwd: SRC });
const imports = files.flatMap((file) => importsOf(join(SRC, file)));

describe('the rooms', () => {
  it('import only from the rooms before them', () => {
    const wrong = imports.filter(
      ({ from, to }) => roomOf(from) !== roomOf(to) && !MAY_IMPORT[roomOf(from)]?.includes(roomOf(to)),
    );
    expect(wrong.map(written)).toEqual([]);
    expect(imports.length).toBeGreaterThan(300);
  });

  it.each(Object.keys(MAY_IMPORT_WITHIN))('keep the order of the rooms within %s', (room) => {
    const order = MAY_IMPORT_WITHIN[room] ?? {};
    const wrong = imports.filter(({ from, to }) => {
      if (folderOf(from) !== room || folderOf(to) !== room || innerRoomOf(from) === innerRoomOf(to)) return false;
      return !order[innerRoomOf(from)]?.includes(innerRoomOf(to));
    });
    expect(wrong.map(written)).toEqual([]);
  });

  it('form no circle: each imports only from those that are listed before it', () => {
    for (const order of [MAY_IMPORT, ...Object.values(MAY_IMPORT_WITHIN)]) {
      const rooms = Object.keys(order);
      const later = rooms.flatMap((room, at) =>
        (order[room] ?? []).filter((other) => rooms.indexOf(other) >= at).map((other) => `${room} imports ${other}`),
      );
      expect(later).toEqual([]);
    }
  });

  it('form no circle at any depth, be it of folders or of files that need each other to run', () => {
    const folders = new Set(
      files.flatMap((file) => file.split('/').map((_, at, parts) => parts.slice(0, at).join('/'))),
    );
    // Of src itself the list above says more: service has two rooms.
    folders.delete('');
    expect(folders).toContain('delivery/outbox/history');
    const values = imports.filter(({ typeOnly }) => !typeOnly);
    const circles = [...folders].flatMap((folder) => [
      ...circlesIn(folder, values),
      ...circlesIn(folder, imports).filter((child) => !child.endsWith('.ts')),
    ]);
    expect(circles).toEqual([]);
  });

  it('are all listed, and every listed one is there', () => {
    const rooms = new Set(files.map((file) => roomOf(join(SRC, file))));
    expect([...rooms].sort()).toEqual(Object.keys(MAY_IMPORT).sort());
    for (const [room, order] of Object.entries(MAY_IMPORT_WITHIN)) {
      const inner = new Set(
        files.filter((file) => file.startsWith(`${room}/`)).map((file) => innerRoomOf(join(SRC, file))),
      );
      expect([room, [...inner].sort()]).toEqual([room, Object.keys(order).sort()]);
    }
  });

  it('leave SQLite to the outbox', () => {
    const users = files.filter((file) => /from 'node:sqlite'/.test(readFileSync(join(SRC, file), 'utf8')));
    expect(users.length).toBeGreaterThan(3);
    expect(users.filter((file) => !file.startsWith('delivery/outbox/'))).toEqual([]);
  });

  it('take nothing but types and constants of events, and what names say, from ami into calls', () => {
    const taken = ['ami/ami-events.ts', 'ami/channel-name.ts'];
    const wrong = imports.filter(
      ({ from, to }) => roomOf(from) === 'calls' && roomOf(to) === 'ami' && !taken.includes(relative(SRC, to)),
    );
    expect(wrong.map(written)).toEqual([]);
  });

  it('leave calls without input, output or a clock', () => {
    const inCalls = globSync('calls/**/*.ts', { cwd: SRC });
    expect(inCalls.length).toBeGreaterThan(20);
    for (const file of inCalls) {
      const text = readFileSync(join(SRC, file), 'utf8');
      expect([
        file,
        text.match(/Date\.now|new Date|from 'node:|setTimeout|setInterval|process\.|Math\.random/g),
      ]).toEqual([file, null]);
    }
  });

  it('check the version of Node before anything that needs it', () => {
    const main = readFileSync(join(SRC, 'main.ts'), 'utf8');
    expect(main).not.toMatch(/^import /m);
  });
});
