import { WEIGHTS } from './plan/kinds.ts';

/** What a run of random calls plays. */
export interface Settings {
  seed: number;
  calls: number;
  version: '22' | '16';
  /** Only these kinds of calls; empty: all. */
  kinds: readonly string[];
  atOnce: number;
  /** Kill -9 of the service every 8 to 20 s. */
  kill: boolean;
  /** Events and extensions that the service may not know yet: `missed`, `line`, `queue`. */
  added: readonly Added[];
}

export type Added = 'missed' | 'line' | 'queue';

const ADDED: readonly string[] = ['missed', 'line', 'queue'] satisfies Added[];
/** A tag has four digits. */
const MOST_CALLS = 9999;

/** @throws an error that says which argument is wrong, and what it may be */
export function settingsFrom(args: readonly string[], env: NodeJS.ProcessEnv): Settings {
  const [seed = '', calls = '', version = '22', ...more] = args;
  if (more.length > 0) throw new Error(`one argument too many: ${more[0]}`);
  if (version !== '22' && version !== '16') throw new Error(`ASTERISK is 22 or 16, not ${version}`);
  return {
    seed: whole('SEED', seed, 2 ** 31 - 1),
    calls: whole('CALLS', calls, MOST_CALLS),
    version,
    kinds: names(
      'KINDS',
      env.KINDS,
      WEIGHTS.map(([kind]) => kind),
    ),
    atOnce: whole('AT_ONCE', env.AT_ONCE ?? '6', 50),
    kill: env.KILL === '1',
    added: names('NEW', env.NEW, ADDED) as Added[],
  };
}

function whole(what: string, text: string, most: number): number {
  const number = Number(text);
  if (text === '' || !Number.isInteger(number) || number < 1 || number > most)
    throw new Error(`${what} is a whole number from 1 to ${most}, not "${text}"`);
  return number;
}

function names(what: string, text = '', known: readonly string[]): string[] {
  const wanted = text.split(',').filter((name) => name !== '');
  const unknown = wanted.find((name) => !known.includes(name));
  if (unknown !== undefined) throw new Error(`${what}: there is no ${unknown}; there are ${known.join(', ')}`);
  return wanted;
}
