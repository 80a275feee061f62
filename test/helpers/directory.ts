import type { Directory, Extension } from '../../src/config/directory/directory.ts';

/** A directory of these extensions: name → its endpoints, and its DID where it has one. */
export function directoryOf(
  extensions: Record<string, { channels: string[]; did?: string }>,
  ignored: RegExp = /^\*\d{1,3}$/,
): Directory {
  const byEndpoint = new Map<string, Extension>();
  const byName = new Map<string, Extension>();
  for (const [name, { channels, did }] of Object.entries(extensions)) {
    const extension: Extension = { name, ...(did !== undefined && { did }) };
    byName.set(name, extension);
    for (const channel of channels) byEndpoint.set(channel, extension);
  }
  return {
    ofChannel: (channel) => byEndpoint.get(channel.replace(/-[0-9a-fA-F]{8}(;[12])?$/, '')),
    ofNumber: (number) => byName.get(number),
    ofDialled: (number) => byName.get(number),
    ofQueue: () => undefined,
    ofLine: () => undefined,
    hasLines: false,
    hasQueues: false,
    isIgnored: (number) => ignored.test(number),
  };
}
