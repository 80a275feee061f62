import { openOutbox } from '../../src/delivery/outbox/open-outbox.ts';
import { Outbox } from '../../src/delivery/outbox/outbox.ts';
import { parameters, report, stopwatch } from '../harness/report.ts';
import { sampleDelivery } from '../stream/delivery.ts';

/** Makes an outbox with settled deliveries in it, a second apart. */
const { file, rows } = parameters<{ file: string; rows: number }>();
const stop = stopwatch();
const database = openOutbox(file, () => undefined);
const outbox = new Outbox(database, { trouble: ({ error }) => console.error(error), recovered: () => undefined });
outbox.write({ deliveries: [sampleDelivery(9, 0, Date.now())] });
outbox.flush();
const from = Date.now() - rows * 1000;
const columns = 'event, event_id, call_id, extension, leg_key, target, method, url, headers, body';
database.exec(`
  BEGIN;
  WITH RECURSIVE number (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM number WHERE n < ${rows})
    INSERT INTO deliveries (id, ${columns}, created_at, state, attempts, settled_at)
    SELECT 'msg_' || substr(hex(randomblob(14)), 2), ${columns.replace('call_id', "printf('%d.%d', 1700000000 + n, n)")}, ${from} + n * 1000, 'delivered', 1, ${from} + n * 1000
    FROM deliveries, number WHERE seq = 1;
  DELETE FROM deliveries WHERE seq = 1;
  INSERT INTO attempts (delivery, number, at, duration_ms, status, outcome)
    SELECT seq, 1, created_at, 2, 204, 'delivered' FROM deliveries;
  COMMIT;
  PRAGMA wal_checkpoint(TRUNCATE);
`);
outbox.close();
const { seconds } = stop();
report({ seconds, rows });
