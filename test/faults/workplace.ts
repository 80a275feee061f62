import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A directory of its own for one test: configuration and outbox. */
export interface Workplace {
  directory: string;
  config: string;
  remove(): void;
}

/** @param more further lines of config.yaml, at the left edge */
export function workplace(amiPort: number, webPort: number, more = ''): Workplace {
  const directory = mkdtempSync(join(tmpdir(), 'call-events-faults-'));
  const config = join(directory, 'config.yaml');
  writeFileSync(config, configText(amiPort, webPort, more));
  return { directory, config, remove: () => rmSync(directory, { recursive: true, force: true }) };
}

/** Extensions 100 to 199, each with every request of the fault tests; the Event ID names extension and event. */
export function configText(amiPort: number, webPort: number, more = ''): string {
  const rules = Array.from({ length: 100 }, (_, index) => {
    const extension = 100 + index;
    const events = ['dial-in', 'dial-out', 'hangup'].map(
      (event) =>
        `      - {on: ${event}, id: ${event}-${extension}, method: POST, url: "http://127.0.0.1:${webPort}/${event}"}`,
    );
    return `  "${extension}":\n    events:\n${events.join('\n')}`;
  });
  return `asterisk: {port: ${amiPort}, username: u, secret: s, pingInterval: 1s}
${more}
extensions:
${rules.join('\n')}
`;
}
