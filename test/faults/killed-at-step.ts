import { createLog } from '../../src/log.ts';
import { Service } from '../../src/service/service.ts';

/*
 * `call-events run` that kills itself (SIGKILL) the n-th time that it comes to a step of a delivery.
 * usage: CALL_EVENTS_KILL_AT=STEP CALL_EVENTS_KILL_AFTER=N killed-at-step.ts CONFIG
 */
const [config = ''] = process.argv.slice(2);
let left = 1 + Math.floor(Math.random() * Number(process.env.CALL_EVENTS_KILL_AFTER));
const service = new Service({
  configFile: config,
  env: process.env,
  createLog: (level, secrets) => createLog(level, 'json', secrets, (text) => process.stdout.write(text)),
  failPoint: (name) => {
    if (name === process.env.CALL_EVENTS_KILL_AT && --left === 0) process.kill(process.pid, 'SIGKILL');
  },
});
await service.start();
