import { networkInterfaces } from 'node:os';

/** Whether a host, as it is named in a configuration, is this machine. */
export function isThisMachine(host: string): boolean {
  if (host === 'localhost' || host === '::1' || host.startsWith('127.')) return true;
  return Object.values(networkInterfaces()).some((all) => all?.some(({ address }) => address === host));
}
