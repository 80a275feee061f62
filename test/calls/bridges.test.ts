import { describe, expect, it } from '@jest/globals';
import { Bridges } from '../../src/calls/model/bridges.ts';
import { MutableChannel } from '../../src/calls/model/channel.ts';

let count = 0;

function channel(name: string): MutableChannel {
  return new MutableChannel(`1700000000.${++count}`, name);
}

function local(number: number): [MutableChannel, MutableChannel] {
  const name = `Local/200@phones-0000000${number}`;
  const [one, two] = [channel(`${name};1`), channel(`${name};2`)];
  one.partner = two;
  two.partner = one;
  return [one, two];
}

describe('who hears whom', () => {
  it('those in one bridge, and those behind Local channels', () => {
    const bridges = new Bridges();
    const [caller, phone] = [channel('PJSIP/101-00000001'), channel('PJSIP/102-00000002')];
    const [near, far] = local(1);
    bridges.enter('near', caller, 'pair');
    bridges.enter('near', near, 'pair');
    bridges.enter('far', far, 'pair');
    expect([...bridges.partiesWith(caller)]).toEqual([]);
    bridges.enter('far', phone, 'pair');
    expect([...bridges.partiesWith(caller)]).toEqual([phone]);
    expect([...bridges.partiesWith(phone)]).toEqual([caller]);
    bridges.leave(near);
    expect([...bridges.partiesWith(caller)]).toEqual([]);
  });

  it('nobody in a parking lot, nor behind one', () => {
    const bridges = new Bridges();
    const [caller, parked] = [channel('PJSIP/trunk-00000001'), channel('PJSIP/trunk-00000002')];
    const [near, far] = local(1);
    bridges.enter('call', caller, 'pair');
    bridges.enter('call', near, 'pair');
    bridges.enter('lot', far, 'holding');
    bridges.enter('lot', parked, 'holding');
    expect([...bridges.partiesWith(caller)]).toEqual([]);
    expect([...bridges.partiesWith(parked)]).toEqual([]);
  });

  it('once, where two Local channels join the same bridges', () => {
    const bridges = new Bridges();
    const [caller, phone] = [channel('PJSIP/101-00000001'), channel('PJSIP/102-00000002')];
    bridges.enter('one', caller, 'other');
    bridges.enter('other', phone, 'other');
    for (const number of [1, 2]) {
      const [near, far] = local(number);
      bridges.enter('one', near, 'other');
      bridges.enter('other', far, 'other');
    }
    expect([...bridges.partiesWith(caller)]).toEqual([phone]);
  });
});
