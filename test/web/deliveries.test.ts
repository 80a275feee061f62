import { DatabaseSync } from 'node:sqlite';
import { insertRows } from '../helpers/outbox-rows.ts';
import { servePage } from '../helpers/page.ts';
import { pagesShowDeliveries } from './deliveries.ts';

pagesShowDeliveries('deliveries in the outbox of the service', async () => {
  const one = await servePage((url) => `  "101": { events: [{ on: hangup, id: rule1, url: "${url}/" }] }`);
  const change = async (action: (database: DatabaseSync) => void) => {
    const database = new DatabaseSync(one.outbox, { timeout: 5000 });
    action(database);
    database.close();
  };
  return {
    one,
    fill: async (rows) =>
      change((database) => {
        database.exec('DELETE FROM deliveries; DELETE FROM suspended');
        insertRows(database, rows);
      }),
    suspend: async (ruleId) =>
      change((database) => void database.exec(`INSERT INTO suspended VALUES ('${ruleId}', ${Date.now()}, 'HTTP 410')`)),
    isSentAgain: async (ids) =>
      one.log.until((lines) => ids.every((id) => lines.some(({ delivery }) => delivery === id))),
    remove: async () => one.stop(),
  };
});
