/** One SIP message, as much of it as a phone needs. */
export interface SipMessage {
  /** Absent for a response. */
  method?: string;
  uri?: string;
  /** Absent for a request. */
  status?: number;
  /** Names in lower case; the first of several. */
  header(name: string): string;
  /** All of one name, in order. */
  headers(name: string): string[];
  body: string;
}

const SHORT: Record<string, string> = { v: 'via', f: 'from', t: 'to', i: 'call-id', m: 'contact', l: 'content-length' };

export function parseSip(text: string): SipMessage {
  const [head = '', body = ''] = text.split(/\r\n\r\n(.*)/s);
  const [start = '', ...lines] = head.split('\r\n');
  const all: [string, string][] = lines.map((line) => {
    const at = line.indexOf(':');
    const name = line.slice(0, at).trim().toLowerCase();
    return [SHORT[name] ?? name, line.slice(at + 1).trim()];
  });
  const headers = (name: string) => all.filter(([key]) => key === name).map(([, value]) => value);
  const response = /^SIP\/2\.0 (\d+)/.exec(start);
  const request = /^([A-Z]+) (\S+) SIP/.exec(start);
  return {
    ...(response && { status: Number(response[1]) }),
    ...(request && { method: request[1] ?? '', uri: request[2] ?? '' }),
    header: (name) => headers(name)[0] ?? '',
    headers,
    body,
  };
}

export const tagOf = (header: string) => /;tag=([^;>\s]+)/.exec(header)?.[1] ?? '';
/** The URI of a name-addr; what stands in quotes before it may look like one. */
export const uriOf = (header: string) => {
  const address = header.replace(/^\s*"(?:[^"\\]|\\.)*"/, '');
  return /<([^>]+)>/.exec(address)?.[1] ?? address.split(';')[0] ?? '';
};

export function sipText(start: string, headers: readonly (readonly [string, string])[], body = ''): string {
  const type = body === '' ? [] : [`Content-Length: ${Buffer.byteLength(body)}`];
  const lines = [start, ...headers.map(([name, value]) => `${name}: ${value}`), ...type];
  if (body === '') lines.push('Content-Length: 0');
  return `${lines.join('\r\n')}\r\n\r\n${body}`;
}
