import { atMost, type Finding, type Row } from '../harness/row.ts';
import { FULL } from '../harness/size.ts';

/** A service hears fifty: what fails with it stays small, and a service has far from enough work to fill a core. */
const SERVERS_OF_A_SERVICE = 50;
const WORKERS = 2;
/** Of 20,000 extensions with four calls an hour each; of 100,000; and beyond. */
const [BUSY_HOUR, OF_A_THOUSAND] = [22, 112];

interface Size {
  servers: number;
  callsPerSecond: number;
}
const SIZES: Size[] = [
  { servers: 200, callsPerSecond: BUSY_HOUR },
  { servers: 200, callsPerSecond: OF_A_THOUSAND },
  ...(FULL ? [200, 300].map((callsPerSecond) => ({ servers: 200, callsPerSecond })) : []),
  ...(FULL ? [{ servers: 1000, callsPerSecond: OF_A_THOUSAND }] : []),
];
const named = ({ servers, callsPerSecond }: Size) => `${servers} servers, ${callsPerSecond} calls/s in all`;

export const manyServers: Row = {
  title: `Many Asterisk servers of 100 extensions, ${SERVERS_OF_A_SERVICE} in a service; one queue, ${WORKERS} workers, a receiver for each server that takes 50 ms`,
  cases: SIZES.map((size) => ({
    name: named(size),
    file: 'many-servers',
    parameters: {
      ...size,
      services: size.servers / SERVERS_OF_A_SERVICE,
      workers: WORKERS,
      seconds: FULL ? 30 : 15,
      warmUpSeconds: 4,
    },
    rounds: 1,
  })),
  columns: [
    ['AMI events/s', 'events', 0],
    ['call events/s', 'callEvents', 0],
    ['rows/s', 'inserted', 0],
    ['requests/s', 'delivered', 0],
    ['p50 ms', 'p50', 0],
    ['p99 ms', 'p99', 0],
    ['a service: MB', 'serviceMb', 0],
    ['CPU %', 'serviceCpu', 1],
    ['a worker: MB', 'workerMb', 0],
    ['CPU %', 'workerCpu', 1],
    ['start, CPU s', 'workerStart', 1],
    ['PostgreSQL: CPU %', 'databaseCpu', 1],
    ['connections', 'connections', 0],
    ['syncs/s', 'syncs', 0],
    ['kB logged a delivery', 'logged', 1],
    ['kB a delivery', 'size', 2],
    ['kB an attempt', 'attemptSize', 2],
    ['retried', 'retried', 0],
    ['claimed again', 'reclaimed', 0],
    ['lost', 'lost', 0],
    ['twice', 'twice', 0],
    ['out of order', 'disordered', 0],
  ],
  judge: (of): Finding[] => {
    const sum = (key: string) => SIZES.reduce((all, size) => all + (of(named(size))[key] ?? Number.NaN), 0);
    const late = of(`200 servers, ${OF_A_THOUSAND} calls/s in all`).p99 ?? Number.NaN;
    return [
      atMost('lost', sum('lost'), 0, 'requests', 0),
      atMost('twice', sum('twice'), 0, 'requests', 0),
      atMost('out of order', sum('disordered'), 0, 'requests', 0),
      atMost('p99 from the event to its request', late, 1000, 'ms', 0),
    ];
  },
};
