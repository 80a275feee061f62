import type { LookupAddress } from 'node:dns';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { HostsFile } from '../../../src/delivery/http/hosts-file.ts';
import { NameError, queryServers, type Resolved } from '../../../src/delivery/http/name-query.ts';
import { NameResolver } from '../../../src/delivery/http/name-resolver.ts';
import { NameServer } from '../../helpers/name-server.ts';
import { temporaryDirectory } from '../../helpers/temporary.ts';

const { path: temporary } = temporaryDirectory();
const ipv4 = (address: string): LookupAddress => ({ address, family: 4 });
const ipv6 = (address: string): LookupAddress => ({ address, family: 6 });

describe('the file of names', () => {
  it('gives what it has, however it is written, and is read again when it has changed', () => {
    const path = join(temporary, 'hosts');
    const hosts = new HostsFile(path);
    expect(hosts.addressesOf('crm')).toEqual([]);
    writeFileSync(path, '# 9.9.9.9 crm\n10.0.0.1\tCRM.example.com  crm # ours\nfd00::1 crm\nnonsense crm\n\n');
    expect(hosts.addressesOf('crm')).toEqual([ipv4('10.0.0.1'), ipv6('fd00::1')]);
    expect(hosts.addressesOf('crm.example.com')).toEqual([ipv4('10.0.0.1')]);
    expect(hosts.addressesOf('toString')).toEqual([]);
    writeFileSync(path, '10.0.0.22 crm');
    expect(hosts.addressesOf('crm')).toEqual([ipv4('10.0.0.22')]);
    rmSync(path);
    expect(hosts.addressesOf('crm')).toEqual([]);
  });
});

describe('a name server', () => {
  let server: NameServer;
  let address: string;
  beforeEach(async () => {
    server = new NameServer({});
    address = await server.listen();
  });
  afterEach(() => server.close());
  const query = (name: string) => queryServers(name, [address]);

  it('gives addresses of both kinds, and for how long they may be kept', async () => {
    server.zone = { both: { a: ['10.0.0.1', '10.0.0.2'], aaaa: ['fd00:0:0:0:0:0:0:1'], ttl: 7 } };
    expect(await query('both')).toEqual({
      addresses: [ipv4('10.0.0.1'), ipv4('10.0.0.2'), ipv6('fd00::1')],
      keepMs: 7000,
    });
  });

  it('may have addresses of one kind only', async () => {
    server.zone = { six: { aaaa: ['fd00:0:0:0:0:0:0:1'] }, four: { a: ['10.0.0.1'] } };
    expect((await query('six')).addresses).toEqual([ipv6('fd00::1')]);
    expect((await query('four')).addresses).toEqual([ipv4('10.0.0.1')]);
  });

  it('does not know a name, or cannot say', async () => {
    server.zone = { empty: {}, broken: 'broken' };
    await expect(query('none')).rejects.toMatchObject({ name: 'NameError', code: 'ENOTFOUND' });
    await expect(query('empty')).rejects.toMatchObject({ code: 'ENOTFOUND' });
    await expect(query('broken')).rejects.toMatchObject({ code: 'EAI_AGAIN', noServer: false });
  });

  it('may not be there', async () => {
    server.close();
    const gone = queryServers('crm', [address]);
    server = new NameServer({});
    await server.listen();
    await expect(gone).rejects.toMatchObject({ code: 'EAI_AGAIN', noServer: true });
  });
});

describe('a name', () => {
  const hosts = new HostsFile(join(temporary, 'hosts'));
  let now: number;
  let asked: string[];
  /** Questions to name servers that are not answered yet. */
  let open: Map<string, PromiseWithResolvers<Resolved>>;
  let system: (name: string) => Promise<readonly LookupAddress[]>;
  let resolver: NameResolver;
  beforeEach(() => {
    now = 0;
    asked = [];
    open = new Map();
    system = () => Promise.reject(new Error('the system was asked'));
    writeFileSync(join(temporary, 'hosts'), '10.0.0.1 inthefile\n');
    resolver = new NameResolver({
      hosts,
      monotonic: () => now,
      queryServers: (name) => {
        asked.push(name);
        const question = Promise.withResolvers<Resolved>();
        open.set(name, question);
        return question.promise;
      },
      querySystem: (name) => system(name),
    });
  });
  const answer = (name: string, keepMs: number) => open.get(name)?.resolve({ addresses: [ipv4('10.0.0.9')], keepMs });
  const fail = (name: string, code: string) => open.get(name)?.reject(new NameError(name, { code }));

  it('in the file needs no name server, and neither does localhost', async () => {
    expect(await resolver.resolve('InTheFile.')).toEqual([ipv4('10.0.0.1')]);
    expect(await resolver.resolve('localhost')).toEqual([ipv4('127.0.0.1'), ipv6('::1')]);
    expect(await resolver.resolve('crm.localhost')).toEqual([ipv4('127.0.0.1'), ipv6('::1')]);
    expect(asked).toEqual([]);
  });

  it('is looked up once for all who ask meanwhile, and kept as long as it may be', async () => {
    const found = Promise.all([resolver.resolve('crm'), resolver.resolve('CRM')]);
    answer('crm', 30_000);
    expect(await found).toEqual([[ipv4('10.0.0.9')], [ipv4('10.0.0.9')]]);
    now = 29_999;
    await resolver.resolve('crm');
    expect(asked).toEqual(['crm']);
    now = 30_000;
    void resolver.resolve('crm');
    expect(asked).toEqual(['crm', 'crm']);
  });

  it.each([
    ['at least a second', 0, 999, 1000],
    ['at most a minute', 86_400_000, 59_999, 60_000],
  ])('is kept %s', async (_, keepMs, kept, again) => {
    const first = resolver.resolve('crm');
    answer('crm', keepMs);
    await first;
    now = kept;
    await resolver.resolve('crm');
    expect(asked).toHaveLength(1);
    now = again;
    void resolver.resolve('crm');
    expect(asked).toHaveLength(2);
  });

  it('that failed fails for two seconds without a question', async () => {
    const first = resolver.resolve('crm');
    fail('crm', 'ETIMEOUT');
    await expect(first).rejects.toMatchObject({ code: 'EAI_AGAIN' });
    now = 1999;
    await expect(resolver.resolve('crm')).rejects.toMatchObject({ code: 'EAI_AGAIN' });
    expect(asked).toHaveLength(1);
    now = 2000;
    void resolver.resolve('crm');
    expect(asked).toHaveLength(2);
  });

  it('that is never answered for is in the way of no other', async () => {
    for (let n = 0; n < 100; n++) void resolver.resolve(`dead${n}`);
    const found = resolver.resolve('crm');
    answer('crm', 0);
    expect(await found).toEqual([ipv4('10.0.0.9')]);
  });

  it('waits for its turn where very many are looked up', async () => {
    for (let n = 0; n < 200; n++) resolver.resolve(`dead${n}`).catch(() => undefined);
    const found = resolver.resolve('crm');
    expect(asked).toHaveLength(200);
    fail('dead0', 'ETIMEOUT');
    while (!open.has('crm')) await new Promise((resolve) => setImmediate(resolve));
    answer('crm', 0);
    expect(await found).toEqual([ipv4('10.0.0.9')]);
  });

  it('that no name server knows, the system may: one at a time, for it takes a thread', async () => {
    const threads: string[] = [];
    const ends: (() => void)[] = [];
    system = (name) => {
      threads.push(name);
      return new Promise((resolve) => ends.push(() => resolve([ipv4('10.0.0.7')])));
    };
    const printer = resolver.resolve('printer.local');
    const other = resolver.resolve('other.local');
    fail('printer.local', 'ENOTFOUND');
    fail('other.local', 'ECONNREFUSED');
    while (ends.length === 0) await new Promise((resolve) => setImmediate(resolve));
    expect(threads).toEqual(['printer.local']);
    ends[0]?.();
    expect(await printer).toEqual([ipv4('10.0.0.7')]);
    while (ends.length === 1) await new Promise((resolve) => setImmediate(resolve));
    ends[1]?.();
    expect(await other).toEqual([ipv4('10.0.0.7')]);
  });

  it('that no name server answers for takes no thread', async () => {
    const found = resolver.resolve('crm');
    fail('crm', 'ETIMEOUT');
    await expect(found).rejects.toBeInstanceOf(NameError);
  });
});
