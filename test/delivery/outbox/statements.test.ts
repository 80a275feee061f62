import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { expect, it } from '@jest/globals';
import { migrate } from '../../../src/delivery/outbox/migrations.ts';
import { prepareStatements } from '../../../src/delivery/outbox/statements.ts';

it('what is pending is read row by row in its order: a million of them are not sorted in memory', () => {
  const database = new DatabaseSync(':memory:');
  migrate(database);
  const planOf = ({ sourceSQL }: StatementSync) =>
    database
      .prepare(`EXPLAIN QUERY PLAN ${sourceSQL.replaceAll('?', '1')}`)
      .all()
      .map(({ detail }) => String(detail));
  const { pending, newestPending, pruneOld, pruneMany } = prepareStatements(database);
  for (const statement of [pending, newestPending, pruneOld, pruneMany]) {
    const plan = planOf(statement);
    expect(plan.join()).not.toContain('TEMP B-TREE');
    expect(plan.every((step) => !step.startsWith('SCAN deliveries') || step.includes('deliveries_pending'))).toBe(true);
  }
  database.close();
});
