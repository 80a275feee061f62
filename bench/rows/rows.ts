import type { Row } from '../harness/row.ts';
import { deliveries } from './deliveries.ts';
import { growth } from './growth.ts';
import { intakeOfAllClasses, intakeOfAskedClasses } from './intake.ts';
import { manyServers } from './many-servers.ts';
import { memory, memorySlope } from './memory.ts';
import { outbox } from './outbox.ts';
import { latencyAndCpu } from './paced.ts';
import { page } from './page.ts';
import { pgBoss } from './pg-boss.ts';
import { queue } from './queue.ts';
import { start } from './start.ts';

/** Everything that is measured, by the name that the command line takes. */
export const ROWS: Record<string, Row> = {
  'intake-all': intakeOfAllClasses,
  'intake-asked': intakeOfAskedClasses,
  deliveries,
  latency: latencyAndCpu,
  page,
  memory,
  'memory-slope': memorySlope,
  growth,
  queue,
  'pg-boss': pgBoss,
  'many-servers': manyServers,
  start,
  outbox,
};
