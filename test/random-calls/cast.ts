/** Who takes part in random calls: what the PBX's configuration, the phones, the plans and the oracle all know. */
export interface CastPhone {
  /** In plans and stories. */
  name: string;
  /** Its extension; the trunk has none. */
  extension?: string;
  /** The endpoint in Asterisk; two phones may be contacts of one. */
  endpoint: string;
  /** The phone's own name in SIP, by which Asterisk knows the endpoint. */
  sipName: string;
  port: number;
}

const desk = (extension: string, port: number): CastPhone => ({
  name: extension,
  extension,
  endpoint: extension,
  sipName: extension,
  port,
});

/** The provider's side: calls from outside come from it, calls to outside arrive at it. */
export const TRUNK: CastPhone = { name: 'trunk', endpoint: 'trunk', sipName: 'trunk', port: 6200 };

/** Extensions that make and take calls. */
export const EXTENSIONS = ['101', '102', '103', '104', '105', '106', '107', '108'] as const;

/** Extensions that nobody calls: any leg of theirs is made up. */
export const QUIET = ['111', '112'] as const;

/** Two extensions have a second phone: 102b has an endpoint of its own, 103b is a second contact of 103's. */
export const PHONES: readonly CastPhone[] = [
  ...EXTENSIONS.map((extension, index) => desk(extension, 6101 + index)),
  { name: '102b', extension: '102', endpoint: '102-2', sipName: '102-2', port: 6122 },
  { name: '103b', extension: '103', endpoint: '103', sipName: '103', port: 6123 },
  ...QUIET.map((extension, index) => desk(extension, 6111 + index)),
  TRUNK,
];

/** Phones that make calls of their own, but for the trunk. */
export const CALLERS: readonly string[] = [...EXTENSIONS, '102b', '103b'];

/** The `did` of an extension in the service's configuration; half of them have one. */
export const didOf = (extension: string | undefined): string | undefined =>
  extension !== undefined && extension < '105' && isExtension(extension) ? `+18005550${extension}` : undefined;

export const isExtension = (number: string | undefined): boolean =>
  EXTENSIONS.some((extension) => extension === number);

export function castPhone(name: string): CastPhone {
  const phone = PHONES.find((one) => one.name === name);
  if (phone === undefined) throw new Error(`there is no phone ${name}`);
  return phone;
}
