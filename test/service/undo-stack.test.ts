import { expect, it } from '@jest/globals';
import { UndoStack } from '../../src/service/undo-stack.ts';

it('ends everything in reverse order, once, whatever fails, and throws the first error', async () => {
  const stack = new UndoStack();
  const ended: string[] = [];
  const reported: unknown[] = [];
  const part = (name: string, fails = false) =>
    stack.push(async () => {
      ended.push(name);
      if (fails) throw new Error(name);
    });
  part('first');
  part('second', true);
  part('third', true);
  part('fourth');
  await expect(stack.run((error) => reported.push(error))).rejects.toThrow('third');
  expect(ended).toEqual(['fourth', 'third', 'second', 'first']);
  expect(reported).toMatchObject([{ message: 'third' }, { message: 'second' }]);
  await stack.run((error) => reported.push(error));
  expect(ended).toHaveLength(4);
});
