import * as z from 'zod';
import { duration, section } from './values.ts';

const age = (least: string) => duration(least, '20d');

const tries = () => z.array(age('0s'), { error: 'expected a list of times, such as [0s, 1s, 3s]' }).min(1);

/** `delivery.retry`, for one kind of event. */
export const schedule = (defaults: { tries: string[]; expire: string }) =>
  section({
    tries: tries().prefault(defaults.tries).meta({ description: 'When to try, counted from the event; ±20 %.' }),
    expire: age('1ms').prefault(defaults.expire).meta({ description: 'When it becomes a dead letter.' }),
  }).prefault({});

/** `retry` of a rule. */
export const retry = () =>
  z.strictObject({
    tries: tries().optional().meta({ description: 'When to try, counted from the event.' }),
    expire: age('1ms').optional().meta({ description: 'When it becomes a dead letter.' }),
  });
