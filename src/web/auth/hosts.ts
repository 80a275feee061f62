import { isIP } from 'node:net';
import type { Config } from '../../config/config.ts';

/**
 * The allowed names in the Host header. A browser that was led here by another name (DNS rebinding) sends that name,
 * and is refused: the scripts of that name's site would take the page for their own server.
 */
export function allowedHosts({ host, names }: Pick<Config['web'], 'host' | 'names'>): ReadonlySet<string> {
  const bound = isAnyAddress(host) ? [] : [host];
  return new Set(['localhost', '127.0.0.1', '[::1]', ...bound, ...names].map(canonical));
}

/** @param host the Host header: `pbx.example.com:9466`, `[::1]:9466` */
export function isAllowedHost(host: string | undefined, allowed: ReadonlySet<string>): boolean {
  const [, name] = /^(\[[0-9a-f:.]+\]|[^:[\]@/\s]+)(?::\d{1,5})?$/i.exec(host ?? '') ?? [];
  return name !== undefined && allowed.has(canonical(name));
}

function canonical(name: string): string {
  const plain = name.toLowerCase().replace(/\.$/, '');
  return isIP(plain) === 6 ? `[${plain}]` : plain;
}

const isAnyAddress = (host: string) => host === '0.0.0.0' || host === '::';
