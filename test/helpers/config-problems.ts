import { ConfigError } from '../../src/config/config-problem.ts';
import { parseConfig } from '../../src/config/load.ts';

/** What is wrong in a text, each as `line:column: key: message`; nothing for a good one. */
export function problemsIn(source: string, env: NodeJS.ProcessEnv = {}): string[] {
  try {
    parseConfig(source, '', { require: 'extensions', env });
    return [];
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.message.split('\n').map((line) => line.slice(1));
  }
}
