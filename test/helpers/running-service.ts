import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLog } from '../../src/log.ts';
import { Service, type ServiceOptions } from '../../src/service/service.ts';
import { Arrivals } from './arrivals.ts';
import { type FakeAsterisk, startFakeAsterisk } from './fake-asterisk.ts';
import { type Receiver, startReceiver } from './receiver.ts';

export interface RunningService {
  readonly asterisk: FakeAsterisk;
  readonly receiver: Receiver;
  readonly service: Service;
  /** What it has logged, each line read as JSON. */
  readonly log: Arrivals<Record<string, unknown>>;
  readonly configFile: string;
  readonly outbox: string;
  /** Writes config.yaml anew; it is not reloaded by that. */
  configure(extensions: string, more?: string): void;
  stop(): Promise<void>;
}

export interface RunningOptions extends Partial<ServiceOptions> {
  /** Further keys of `asterisk`, in flow style. */
  asteriskKeys?: string;
  /** All that stands about `asterisk`, in place of one server. */
  asteriskAt?: (port: number) => string;
}

/**
 * The whole service between a small AMI server and a small receiver, and with it a directory of its own. It is
 * connected when this resolves.
 * @param extensions what stands under `extensions:`, where URL is the receiver's
 */
export async function startService(
  extensions: (url: string) => string,
  more = '',
  { asteriskKeys, asteriskAt, ...options }: RunningOptions = {},
): Promise<RunningService> {
  const [asterisk, receiver] = await Promise.all([startFakeAsterisk(), startReceiver()]);
  const directory = mkdtempSync(join(tmpdir(), 'call-events-service-'));
  const configFile = join(directory, 'config.yaml');
  const outbox = join(directory, 'outbox.db');
  const one = `asterisk: { port: ${asterisk.port}, username: callevents, secret: geheim${asteriskKeys === undefined ? '' : `, ${asteriskKeys}`} }`;
  const configure = (text: string, rest = '') =>
    writeFileSync(
      configFile,
      `${asteriskAt?.(asterisk.port) ?? one}\noutbox: ${outbox}\n${rest}\nextensions:\n${text}\n`,
    );
  configure(extensions(receiver.url), more);
  const log = new Arrivals<Record<string, unknown>>();
  const service = new Service({
    configFile,
    env: {},
    createLog: (level, secrets) => createLog(level, 'json', secrets, (line) => log.add(JSON.parse(line))),
    ...options,
  });
  await service.start();
  await asterisk.actions.count(1, ({ action }) => action?.toLowerCase() === 'coreshowchannels');
  return {
    asterisk,
    receiver,
    service,
    log,
    configFile,
    outbox,
    configure,
    async stop() {
      await service.stop();
      await Promise.all([asterisk.stop(), receiver.stop()]);
    },
  };
}
