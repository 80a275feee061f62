/** One of many Asterisk servers, whose customer has a receiver of his own. */
export interface SmallServer {
  name: string;
  port: number;
  receiverPort: number;
}

const EVENTS = ['dial-in', 'dial-out', 'answer-in', 'answer-out', 'hangup'];

/** config.yaml of a service that many Asterisk servers are connected to; each has its own extensions, from 10000 on. */
export function manyServersText({
  servers,
  extensions,
  queue,
  outbox,
  metricsPort,
}: {
  servers: readonly SmallServer[];
  /** Of each server. */
  extensions: number;
  queue: string;
  outbox: string;
  metricsPort: number;
}): string {
  return `queue: ${queue}
outbox: ${outbox}
log: { level: warn }
metrics: { enabled: true, port: ${metricsPort} }
asterisk:
${servers.map((server) => serverText(server, extensions)).join('')}`;
}

/**
 * Every rule has an Event ID, as where a script writes the file: of 25,000 derived ones two are the same in one of
 * fourteen services, which then refuses its config.yaml.
 */
function serverText({ name, port, receiverPort }: SmallServer, extensions: number): string {
  const rule = (extension: number) => (on: string) =>
    `        - { on: ${on}, id: ${name}-${extension}-${on}, url: "http://127.0.0.1:${receiverPort}/${on}" }\n`;
  const entry = (extension: number) =>
    `      "${extension}":\n        events:\n${EVENTS.map(rule(extension)).join('')}`;
  return `  - name: ${name}
    port: ${port}
    username: bench
    secret: bench-secret
    extensions:
${Array.from({ length: extensions }, (_, index) => entry(10_000 + index)).join('')}`;
}
