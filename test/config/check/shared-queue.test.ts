import { describe, expect, it } from '@jest/globals';
import { problemsIn } from '../../helpers/config-problems.ts';

const config = (queue: string) => `asterisk: {name: pbx, username: u, secret: s}
queue: ${queue}
extensions: {"101": {}}
`;

describe('the address of the shared queue', () => {
  it.each(['postgres://u:100%@db/x', 'postgres://100%:geheim@db/x', 'postgres://u:geheim@db/100%'])(
    '%s is refused at its place, and nothing of it is shown',
    (queue) => {
      const [problem = '', ...more] = problemsIn(config(queue));
      expect(problem).toBe('2:8: queue: has a "%" that stands for nothing; a "%" itself is written %25');
      expect(more).toEqual([]);
    },
  );
});
