import { describe, expect, it } from 'vitest';
import { LOOPBACK, openReach } from '../../src/webhooks/delivery/networks.ts';

describe('without an allowed network', () => {
  const allows = (address: string) => openReach([]).allows(address);

  it.each(['8.8.8.8', '93.184.216.34', '2606:4700:4700::1111', '::ffff:8.8.8.8'])('Brim connects to %s', (address) => {
    expect(allows(address)).toBe(true);
  });

  it.each([
    ...['127.0.0.1', '127.8.9.10', '::1', '::ffff:127.0.0.1', '::ffff:7f00:1', '::7f00:1', '0.0.0.0', '::'],
    ...['10.1.2.3', '172.16.0.1', '192.168.1.1', '::ffff:10.0.0.1', 'fd12:3456::1', 'fec0::1'],
    ...[
      '169.254.169.254',
      '::ffff:169.254.169.254',
      'fe80::1',
      'fe80::1%eth0',
      'fd00:ec2::254',
      '100.100.100.200',
      '168.63.129.16',
    ],
    ...['100.64.0.1', '100.127.255.255', '224.0.0.1', 'ff02::1', '255.255.255.255', '240.0.0.1', '192.0.0.8', '198.18.0.1'],
    ...['64:ff9b::7f00:1', '64:ff9b:1::a00:1', '2002:7f00:1::', '2001:0:0:1::', '2001:db8::1', '100::1', '5f00::1'],
    ...['', 'localhost', 'not an address', '127.1', '0x7f000001'],
  ])('Brim does not connect to "%s"', (address) => {
    expect(allows(address)).toBe(false);
  });
});

describe('with allowed networks', () => {
  const reach = () => openReach([...LOOPBACK, '10.0.0.0/8', 'fd12:3456::/32']);

  it.each(['127.0.0.1', '::1', '::ffff:127.0.0.1', '10.200.0.1', 'fd12:3456:789a::1'])(
    'Brim connects to %s in one of them',
    (address) => {
      expect([reach().allows(address), reach().isInAllowedNetwork(address)]).toEqual([true, true]);
    },
  );

  it.each(['11.0.0.1', '8.8.8.8'])('%s, which is public, is in none of them', (address) => {
    expect([reach().allows(address), reach().isInAllowedNetwork(address)]).toEqual([true, false]);
  });

  it.each(['192.168.0.1', 'fd13::1', '169.254.169.254', '::7f00:1'])('%s is refused still', (address) => {
    expect(reach().allows(address)).toBe(false);
  });
});
