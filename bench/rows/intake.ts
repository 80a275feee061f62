import { atLeast, type Case, type Row } from '../harness/row.ts';
import { FULL } from '../harness/size.ts';

/** The other clients are so much slower that fewer events take them long enough; their rate is the same. */
const EVENTS = FULL ? 1_000_000 : 400_000;
const EVENTS_OF_CLIENTS = FULL ? 1_000_000 : 60_000;

const columns: Row['columns'] = [
  ['events/s', 'perSecond', 0],
  ['CPU s per million', 'cpuPerMillion', 2],
  ['peak MB', 'peakMb', 0],
];

const service = (classes: 'all' | 'asked'): Case => ({
  name: 'the service',
  file: 'intake-service',
  parameters: { classes, events: EVENTS },
});
const client = (name: string, classes: 'all' | 'asked', events = EVENTS_OF_CLIENTS): Case => ({
  name,
  file: 'intake-client',
  parameters: { client: name, classes, events },
});
/** What any client has to do at the least. */
const bareSplit = (classes: 'all' | 'asked'): Case => ({ ...client('split', classes, EVENTS), name: 'bare split' });

const OTHERS = ['ami-io', 'yana', 'asterisk-ami', 'asterisk.io', 'nami'] as const;

export const intakeOfAllClasses: Row = {
  title: 'Intake, all classes of event (78 % VarSet and Newexten): socket → parser → state of the calls',
  cases: [
    service('all'),
    bareSplit('all'),
    client('asterisk-manager', 'all'),
    ...OTHERS.map((name) => client(name, 'all')),
  ],
  columns,
  judge: (of) => {
    const rate = (name: string) => of(name).perSecond ?? Number.NaN;
    const [fastest = ''] = OTHERS.toSorted((a, b) => rate(b) - rate(a));
    const ours = rate('the service');
    return [
      atLeast('asterisk-manager', ours / rate('asterisk-manager'), 12),
      atLeast(`the fastest other client (${fastest})`, ours / rate(fastest), 4),
      atLeast('the bare split', ours / rate('bare split'), 0.5),
    ];
  },
};

export const intakeOfAskedClasses: Row = {
  title: 'Intake, only the classes that the service asks for (system, call)',
  cases: [service('asked'), client('asterisk-manager', 'asked'), bareSplit('asked')],
  columns,
  judge: (of) => {
    const rate = (name: string) => of(name).perSecond ?? Number.NaN;
    return [atLeast('asterisk-manager', rate('the service') / rate('asterisk-manager'), 8)];
  },
};
