import { expect, it } from '@jest/globals';
import { createLog } from '../../src/log.ts';
import { undoAll } from '../../src/service/undo-all.ts';

it('undoes all, the last first, and throws the first error at the end', async () => {
  const undone: string[] = [];
  const lines: string[] = [];
  const log = createLog('info', 'json', [], (line) => lines.push(line));
  const fails = (name: string) => async () => {
    undone.push(name);
    throw new Error(name);
  };
  const undo = [() => undone.push('first'), fails('second'), fails('third'), () => undone.push('fourth')];
  await expect(undoAll(undo, log)).rejects.toThrow('third');
  expect(undone).toEqual(['fourth', 'third', 'second', 'first']);
  expect(undo).toEqual([]);
  expect(lines.map((line) => JSON.parse(line).err.message)).toEqual(['third', 'second']);
});
